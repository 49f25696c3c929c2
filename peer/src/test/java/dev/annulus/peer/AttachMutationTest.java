// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Messages that are right but for some fields are read as what they are. A twentieth of {@code
 * -Dannulus.mutations}, as in the module {@code ring}; over sockets it is {@link AttachFuzz}.
 */
@Timeout(value = 60, unit = MINUTES)
class AttachMutationTest {
  private static final int[] EDGES = {0, 1, 63, 64, 447, 448, 449, 512, 1 << 31, -1};

  @Test
  void messagesAreReadAsWhatTheyAre() {
    long seed = Long.getLong("annulus.seed", System.nanoTime());
    System.out.println("AttachMutationTest: -Dannulus.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment body = arena.allocate(AttachMessage.CAPACITY, 8);
      int types = 0;
      long share = Long.getLong("annulus.mutations", 10_000_000) / 20;
      for (long i = 0; i < share; i++) {
        if (i % 64 == 0) {
          byte[] text = new byte[AttachMessage.TEXT_MAX];
          random.nextBytes(text);
          AttachMessage.begin(body, 1 + random.nextInt(5));
          AttachMessage.fail(body, random.nextInt(200), new String(text).substring(0, 100));
        }
        long at = 2L * random.nextInt(random.nextInt(4) > 0 ? 32 : AttachMessage.CAPACITY / 2);
        short before = body.get(JAVA_SHORT, at);
        int edge = EDGES[random.nextInt(EDGES.length)];
        body.set(JAVA_SHORT, at, (short) (random.nextBoolean() ? edge : random.nextInt()));
        types += check(body, length(random), i % 16 == 0, seed) ? 1 : 0;
        if (random.nextInt(4) > 0) {
          body.set(JAVA_SHORT, at, before);
        }
      }
      assertTrue(types > 0 && types < share, "all or none were of this protocol: " + types);
    }
  }

  private static int length(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(AttachMessage.CAPACITY + 1);
      case 1 -> AttachMessage.CAPACITY;
      default -> AttachMessage.SIZE;
    };
  }

  /** Answers whether it is of this protocol. */
  private static boolean check(MemorySegment body, int length, boolean text, long seed) {
    String where = "-Dannulus.seed=" + seed;
    boolean ours =
        length >= 64 && body.get(JAVA_INT, 0) == 0x534c_4e41 && body.get(JAVA_SHORT, 4) == 1;
    int type = body.get(JAVA_SHORT, 6) & 0xffff;
    assertEquals(ours ? type : 0, AttachMessage.type(body, length), where);
    if (ours) {
      String said = text ? AttachMessage.text(body, length) : "";
      assertTrue(said.length() <= length - 64, where);
      assertTrue(said.chars().noneMatch(Character::isISOControl), where);
      assertEquals(body.get(JAVA_INT, 8), AttachMessage.status(body), where);
    }
    return ours;
  }
}
