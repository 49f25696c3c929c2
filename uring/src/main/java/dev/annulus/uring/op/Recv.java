// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_RECV}, as {@code recv(2)}. The result is the number of bytes received, 0 where
 * the other end has shut down.
 *
 * @param fd descriptor
 * @param buffer where to receive to
 * @param flags {@code MSG_*} bits
 * @param ioprio {@code IORING_RECVSEND_*} bits
 */
public record Recv(int fd, MemorySegment buffer, int flags, int ioprio) implements Operation {
  /**
   * {@code IORING_RECV_MULTISHOT}: receives again and again, into provided buffers ({@link
   * #withBuffers}; the buffer is {@link MemorySegment#NULL}).
   */
  public static final int IORING_RECV_MULTISHOT = 1 << 1;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Recv {
    Arguments.descriptor(fd);
    Arguments.writable(buffer);
  }

  @Override
  public int opcode() {
    return Opcode.RECV;
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
    SqEntry.fill(entries, at, Opcode.RECV, fd, 0, address, length, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.ioprio(entries, at, ioprio);
  }
}
