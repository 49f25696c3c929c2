// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands between code under test and memory: counts what is read, and changes each word as soon as
 * it was read, as a peer with perfect timing would. Public for {@link ReadsLoader}'s classes.
 */
public final class Reads {
  private static final Map<Long, Integer> COUNTS = new HashMap<>();
  private static boolean hostile;

  private Reads() {}

  /** Forgets what was read; from here on memory changes behind each read. */
  public static void watch() {
    COUNTS.clear();
    hostile = true;
  }

  /** Answers how often the word was read that was read most often. */
  public static int most() {
    hostile = false;
    return COUNTS.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static void read(MemorySegment memory, long at, long bytes) {
    if (hostile) {
      COUNTS.merge(memory.address() + at, 1, Integer::sum);
      for (long i = at; i < at + bytes; i++) {
        byte before = memory.get(ValueLayout.JAVA_BYTE, i);
        memory.set(ValueLayout.JAVA_BYTE, i, (byte) (before ^ 0x5a));
      }
    }
  }

  /** For {@link MemorySegment#get(ValueLayout.OfLong, long)}. */
  public static long get(MemorySegment memory, ValueLayout.OfLong layout, long at) {
    long value = memory.get(layout, at);
    read(memory, at, 8);
    return value;
  }

  /** For {@link MemorySegment#get(ValueLayout.OfInt, long)}. */
  public static int get(MemorySegment memory, ValueLayout.OfInt layout, long at) {
    int value = memory.get(layout, at);
    read(memory, at, 4);
    return value;
  }

  /** For {@link MemorySegment#get(ValueLayout.OfShort, long)}. */
  public static short get(MemorySegment memory, ValueLayout.OfShort layout, long at) {
    short value = memory.get(layout, at);
    read(memory, at, 2);
    return value;
  }

  /** For {@link MemorySegment#get(ValueLayout.OfByte, long)}. */
  public static byte get(MemorySegment memory, ValueLayout.OfByte layout, long at) {
    byte value = memory.get(layout, at);
    read(memory, at, 1);
    return value;
  }

  /** For a handle that reads a long, in whatever order. */
  public static long ordered(VarHandle handle, MemorySegment memory, long at) {
    long value = (long) handle.getVolatile(memory, at);
    read(memory, at, 8);
    return value;
  }

  /** For a handle that reads an int, in whatever order. */
  public static int orderedInt(VarHandle handle, MemorySegment memory, long at) {
    int value = (int) handle.getVolatile(memory, at);
    read(memory, at, 4);
    return value;
  }
}
