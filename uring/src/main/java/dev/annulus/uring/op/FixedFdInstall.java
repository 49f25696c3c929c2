// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_FIXED_FD_INSTALL}: makes a descriptor of a registered file. The result is the
 * descriptor.
 *
 * @param place of the registered file
 * @param flags 0, or {@link #IORING_FIXED_FD_NO_CLOEXEC}
 */
public record FixedFdInstall(int place, int flags) implements Operation {
  /** {@code IORING_FIXED_FD_NO_CLOEXEC}: the descriptor is not closed by {@code execve(2)}. */
  public static final int IORING_FIXED_FD_NO_CLOEXEC = 1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public FixedFdInstall {
    Arguments.index(place);
  }

  @Override
  public int opcode() {
    return Opcode.FIXED_FD_INSTALL;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, place, flags, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param place of the registered file
   * @param flags 0, or {@link #IORING_FIXED_FD_NO_CLOEXEC}
   * @param tag user data
   */
  public static void prep(MemorySegment entries, long at, int place, int flags, long tag) {
    SqEntry.fill(entries, at, Opcode.FIXED_FD_INSTALL, place, 0, 0, 0, tag);
    SqEntry.flags(entries, at, SqEntry.IOSQE_FIXED_FILE);
    SqEntry.opFlags(entries, at, flags);
  }
}
