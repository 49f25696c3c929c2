// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_ACCEPT}, as {@code accept4(2)}. The result is a descriptor, or as {@code
 * fileIndex} says.
 *
 * @param fd descriptor
 * @param address where the peer's address goes, or {@link MemorySegment#NULL}
 * @param length {@code socklen_t}: size of that memory, then of the address, or {@link
 *     MemorySegment#NULL}
 * @param flags {@code SOCK_NONBLOCK}, {@code SOCK_CLOEXEC}
 * @param ioprio {@code IORING_ACCEPT_*} bits
 * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
 *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
 */
public record Accept(
    int fd, MemorySegment address, MemorySegment length, int flags, int ioprio, int fileIndex)
    implements Operation {
  /** {@code IORING_ACCEPT_MULTISHOT}: completes again with each connection. */
  public static final int IORING_ACCEPT_MULTISHOT = 1;

  /** {@code IORING_ACCEPT_DONTWAIT}: {@code EAGAIN} where nobody waits. */
  public static final int IORING_ACCEPT_DONTWAIT = 1 << 1;

  /** {@code IORING_ACCEPT_POLL_FIRST}: wait for a connection before the first attempt. */
  public static final int IORING_ACCEPT_POLL_FIRST = 1 << 2;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Accept {
    Arguments.descriptor(fd);
    Arguments.optional(address, 1);
    Arguments.optional(length, 4);
  }

  @Override
  public int opcode() {
    return Opcode.ACCEPT;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, address.address(), length.address(), flags, ioprio, fileIndex, tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param address address of the peer's address, or 0
   * @param length address of a {@code socklen_t}, or 0
   * @param flags {@code SOCK_NONBLOCK}, {@code SOCK_CLOEXEC}
   * @param ioprio {@code IORING_ACCEPT_*} bits
   * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
   *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      long address,
      long length,
      int flags,
      int ioprio,
      int fileIndex,
      long tag) {
    SqEntry.fill(entries, at, Opcode.ACCEPT, fd, length, address, 0, tag);
    SqEntry.opFlags(entries, at, flags);
    SqEntry.ioprio(entries, at, ioprio);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
