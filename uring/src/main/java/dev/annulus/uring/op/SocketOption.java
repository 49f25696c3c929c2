// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_URING_CMD} on a socket: {@code SOCKET_URING_OP_GETSOCKOPT} and {@code
 * SOCKET_URING_OP_SETSOCKOPT}, as {@code getsockopt(2)}. The result of reading is the option's
 * length.
 *
 * @param fd descriptor
 * @param command {@link #SOCKET_URING_OP_GETSOCKOPT} or {@link #SOCKET_URING_OP_SETSOCKOPT}
 * @param level such as {@code SOL_SOCKET} (1)
 * @param option such as {@code SO_TYPE} (3)
 * @param value the option's value; stays until the completion
 */
public record SocketOption(int fd, int command, int level, int option, MemorySegment value)
    implements Operation {
  /** {@code SOCKET_URING_OP_GETSOCKOPT}. */
  public static final int SOCKET_URING_OP_GETSOCKOPT = 2;

  /** {@code SOCKET_URING_OP_SETSOCKOPT}. */
  public static final int SOCKET_URING_OP_SETSOCKOPT = 3;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public SocketOption {
    Arguments.descriptor(fd);
    Arguments.buffer(value);
  }

  @Override
  public int opcode() {
    return Opcode.URING_CMD;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, command, level, option, value.address(), (int) value.byteSize(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param command {@link #SOCKET_URING_OP_GETSOCKOPT} or {@link #SOCKET_URING_OP_SETSOCKOPT}
   * @param level such as {@code SOL_SOCKET} (1)
   * @param option such as {@code SO_TYPE} (3)
   * @param value address of the value
   * @param length bytes
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries,
      long at,
      int fd,
      int command,
      int level,
      int option,
      long value,
      int length,
      long tag) {
    SqEntry.fill(
        entries,
        at,
        Opcode.URING_CMD,
        fd,
        command,
        (level & 0xffff_ffffL) | ((long) option << 32),
        0,
        tag);
    SqEntry.fileIndex(entries, at, length);
    SqEntry.addr3(entries, at, value);
  }
}
