// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SEND}, as {@code send(2)}. The result is the number of bytes sent.
 *
 * @param fd descriptor
 * @param buffer what to send
 * @param flags {@code MSG_*} bits
 * @param ioprio {@code IORING_RECVSEND_*} bits
 */
public record Send(int fd, MemorySegment buffer, int flags, int ioprio) implements Operation {
  /** {@code IORING_RECVSEND_POLL_FIRST}: wait for room or data before the first attempt. */
  public static final int IORING_RECVSEND_POLL_FIRST = 1;

  /** {@code IORING_RECVSEND_BUNDLE}: several provided buffers by one operation. */
  public static final int IORING_RECVSEND_BUNDLE = 1 << 4;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Send {
    Arguments.descriptor(fd);
    Arguments.buffer(buffer);
  }

  @Override
  public int opcode() {
    return Opcode.SEND;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, buffer.address(), (int) buffer.byteSize(), flags, ioprio, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param address address of buffer
   * @param length bytes
   * @param flags {@code MSG_*} bits
   * @param ioprio {@code IORING_RECVSEND_*} bits
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      long address,
      int length,
      int flags,
      int ioprio,
      long tag) {
    SqEntry.fill(entries, at, Opcode.SEND, fd, 0, address, length, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.ioprio(entries, at, ioprio);
  }
}
