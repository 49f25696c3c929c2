// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Ordered access to the index words of a queue, of either width. */
final class IndexWord {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private IndexWord() {}

  /** Acquire: pairs with {@link #setRelease} by the word's writer on the other side. */
  static long getAcquire(MemorySegment words, long at) {
    return (long) LONG.getAcquire(words, at);
  }

  /** Release: everything written before is visible to whoever sees this value by acquire. */
  static void setRelease(MemorySegment words, long at, long index) {
    LONG.setRelease(words, at, index);
  }

  static long getOpaque(MemorySegment words, long at) {
    return (long) LONG.getOpaque(words, at);
  }

  static void setOpaque(MemorySegment words, long at, long index) {
    LONG.setOpaque(words, at, index);
  }

  /**
   * A place of the indirect array. Opaque: read exactly once; ordered, as the entry is, by the
   * tail.
   */
  static int getOpaque32(MemorySegment words, long at) {
    return (int) INT.getOpaque(words, at);
  }

  /** The 32-bit word of a kernel ring, by acquire; see {@link #getAcquire}. */
  static int getAcquire32(MemorySegment words, long at) {
    return (int) INT.getAcquire(words, at);
  }

  /** The 32-bit word of a kernel ring, by release; see {@link #setRelease}. */
  static void setRelease32(MemorySegment words, long at, int index) {
    INT.setRelease(words, at, index);
  }
}
