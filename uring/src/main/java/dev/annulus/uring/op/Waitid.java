// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_WAITID}, as {@code waitid(2)}: waits for a child process. The result is 0.
 *
 * @param idType {@code P_ALL} (0), {@code P_PID} (1), {@code P_PGID} (2) or {@code P_PIDFD} (3)
 * @param id of that type
 * @param options {@code WEXITED} (4) and others, not 0
 * @param info where {@code siginfo_t} goes, 128 bytes; stays until the completion
 */
public record Waitid(int idType, int id, int options, MemorySegment info) implements Operation {
  /** Bytes of a {@code siginfo_t}. */
  public static final int SIGINFO_SIZE = 128;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Waitid {
    Arguments.writable(info, SIGINFO_SIZE);
  }

  @Override
  public int opcode() {
    return Opcode.WAITID;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, idType, id, options, info.address(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param idType {@code P_ALL} (0), {@code P_PID} (1), {@code P_PGID} (2) or {@code P_PIDFD} (3)
   * @param id of that type
   * @param options {@code WEXITED} (4) and others, not 0
   * @param info address of 128 bytes
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int idType, int id, int options, long info, long tag) {
    SqEntry.fill(entries, at, Opcode.WAITID, id, info, 0, idType, tag);
    SqEntry.fileIndex(entries, at, options);
  }
}
