// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Words, entries and URLs that a hostile client would write: mostly near what is right. The amount
 * and the seed are properties, as in the module {@code ring}.
 */
final class Mutations {
  static final int REGION_SIZE = 8192;

  private static final int[] OPCODES = {
    Opcode.NOP,
    Opcode.FSYNC,
    Opcode.ASYNC_CANCEL,
    Opcode.CLOSE,
    Opcode.STATX,
    Opcode.READ,
    Opcode.WRITE,
    Opcode.OPEN_URL,
    Opcode.OPEN_URL,
    0x7f,
    0x81,
    0x82,
    0x83,
    0xbf,
    0xc0,
    0xff
  };

  private static final long[] EDGES = {
    0, 1, 1L << 31, 1L << 32, 1L << 63, -1, REGION_SIZE, REGION_SIZE - 16, OpenUrl.MAX_URL
  };

  private static final List<String> URLS =
      List.of(
          "file:/f",
          "file:/new",
          "null:",
          "sys:counters",
          "probe:a",
          "probe:later",
          "probe:busy",
          "probe:no",
          "probe:",
          "probe",
          ":",
          "other:x",
          "probe:a\0b",
          "probes:x",
          "prob:x",
          "probe:::",
          "\0",
          "PROBE:a",
          "probe:é");

  private Mutations() {}

  static long share(int percent) {
    return Long.getLong("annulus.mutations", 10_000_000) / 100 * percent;
  }

  static long seed(Object test) {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    System.out.println(test.getClass().getSimpleName() + ": -Dannulus.seed=" + seed);
    return seed;
  }

  static long edge(SplittableRandom random) {
    return random.nextInt(8) == 0
        ? random.nextLong() >>> random.nextInt(64)
        : EDGES[random.nextInt(EDGES.length)] + random.nextInt(-2, 3);
  }

  /** An index that is often legal, or near that, a wrap away from it, or anywhere. */
  static long index(SplittableRandom random, long near, int entries) {
    return switch (random.nextInt(16)) {
      case 0 -> random.nextLong();
      case 1 -> near + edge(random);
      case 2 -> near + random.nextInt(-entries - 3, 2 * entries + 3);
      default -> near + random.nextInt(entries / 4 + 1);
    };
  }

  /** URLs, right and wrong, at places that entries then name. */
  static void urls(SplittableRandom random, MemorySegment region) {
    byte[] url = URLS.get(random.nextInt(URLS.size())).getBytes(StandardCharsets.UTF_8);
    long at = 16L * random.nextInt(REGION_SIZE / 16 - 1);
    long length = Math.min(url.length, REGION_SIZE - at);
    MemorySegment.copy(url, 0, region, ValueLayout.JAVA_BYTE, at, (int) length);
  }

  /** A whole entry. */
  static void entry(SplittableRandom random, MemorySegment entries, long at, int handles) {
    int opcode =
        random.nextInt(16) == 0 ? random.nextInt(256) : OPCODES[random.nextInt(OPCODES.length)];
    boolean url = opcode == Opcode.OPEN_URL && random.nextInt(4) > 0;
    long address = url ? 16L * random.nextInt(REGION_SIZE / 16) : edge(random);
    int length = url ? random.nextInt(13) : (int) edge(random);
    int handle = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(-1, handles + 1);
    SqEntry.fill(entries, at, opcode, handle, edge(random), address, length, userData(random));
    SqEntry.flags(entries, at, random.nextInt(16) == 0 ? 1 << random.nextInt(8) : 0);
    SqEntry.bufIndex(entries, at, random.nextInt(8) == 0 ? random.nextInt(65536) : 0);
    SqEntry.opFlags(entries, at, random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(4));
    entries.set(ValueLayout.JAVA_LONG, at + 48, random.nextLong());
    entries.set(ValueLayout.JAVA_LONG, at + 56, random.nextLong());
  }

  /** One word of an entry, whatever it means. */
  static void word(SplittableRandom random, MemorySegment entries, long at) {
    long value = random.nextBoolean() ? edge(random) : random.nextLong();
    entries.set(ValueLayout.JAVA_LONG, at + 8L * random.nextInt(SqEntry.SIZE / 8), value);
  }

  private static long userData(SplittableRandom random) {
    return random.nextInt(4) > 0 ? random.nextInt(8) : edge(random);
  }
}
