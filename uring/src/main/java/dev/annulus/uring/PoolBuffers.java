// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import java.lang.foreign.MemorySegment;

/** The stand-in's registered buffers: nothing is pinned, but bounds are those of the kernel. */
final class PoolBuffers {
  private MemorySegment[] table = {};

  void set(MemorySegment... buffers) {
    Register.requireNative(buffers);
    table = buffers.clone();
  }

  /** Whether a range lies in a buffer; where not, the kernel answers EFAULT. */
  boolean holds(int index, long address, int length) {
    if (index >= table.length) {
      return false;
    }
    long from = address - table[index].address();
    return from >= 0 && from <= table[index].byteSize() - Integer.toUnsignedLong(length);
  }
}
