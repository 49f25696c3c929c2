// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * What of an entry can be known to be wrong before the kernel has it: an opcode that the ring does
 * not execute, a descriptor that is not open, a place that the table of files does not have.
 */
final class EntryCheck {
  /** A table of files that nobody told us about. */
  static final int UNKNOWN = -1;

  /**
   * Opcodes whose field {@code fd} is a descriptor and nothing else. A directory's is not among
   * them: with an absolute path it does not matter what stands there.
   */
  private static final BitSet OF_A_DESCRIPTOR =
      Opcodes.of(
          Opcode.READV,
          Opcode.WRITEV,
          Opcode.FSYNC,
          Opcode.READ_FIXED,
          Opcode.WRITE_FIXED,
          Opcode.POLL_ADD,
          Opcode.SYNC_FILE_RANGE,
          Opcode.SENDMSG,
          Opcode.RECVMSG,
          Opcode.ACCEPT,
          Opcode.CONNECT,
          Opcode.FALLOCATE,
          Opcode.READ,
          Opcode.WRITE,
          Opcode.FADVISE,
          Opcode.SEND,
          Opcode.RECV,
          Opcode.EPOLL_CTL,
          Opcode.SPLICE,
          Opcode.TEE,
          Opcode.SHUTDOWN,
          Opcode.MSG_RING,
          Opcode.FSETXATTR,
          Opcode.FGETXATTR,
          Opcode.URING_CMD,
          Opcode.SEND_ZC,
          Opcode.SENDMSG_ZC,
          Opcode.READ_MULTISHOT,
          Opcode.FTRUNCATE,
          Opcode.BIND,
          Opcode.LISTEN,
          Opcode.RECV_ZC,
          Opcode.EPOLL_WAIT,
          Opcode.READV_FIXED,
          Opcode.WRITEV_FIXED);

  private final Ring ring;

  /** Places of the table of files, or {@link #UNKNOWN}. */
  private int places = UNKNOWN;

  EntryCheck(Ring ring) {
    this.ring = ring;
  }

  void places(int count) {
    places = count;
  }

  /**
   * Checks an entry. Asks the kernel about the descriptor, a call of a tenth of a microsecond.
   *
   * @throws IllegalArgumentException where it is wrong: says what, and what to do
   */
  void entry(MemorySegment entries, long at) {
    opcode(entries, at);
    String wrong = descriptor(entries, at);
    if (wrong != null) {
      throw new IllegalArgumentException(what(SqEntry.opcode(entries, at)) + ": " + wrong);
    }
  }

  /** As {@link #entry}, of the opcode alone. */
  void opcode(MemorySegment entries, long at) {
    int opcode = SqEntry.opcode(entries, at);
    if (!ring.supports(opcode)) {
      throw unknown(ring, opcode);
    }
  }

  /** What is wrong with an entry's descriptor, or null. */
  String descriptor(MemorySegment entries, long at) {
    if (!OF_A_DESCRIPTOR.get(SqEntry.opcode(entries, at))) {
      return null;
    }
    int fd = SqEntry.fd(entries, at);
    if ((SqEntry.flags(entries, at) & SqEntry.IOSQE_FIXED_FILE) != 0) {
      return place(fd);
    }
    // Where the kernel does not say, it will when it has the entry.
    return fd < 0 || Files.statusFlags(fd) == -Errno.EBADF
        ? "descriptor " + fd + " is not open: it may have been closed already"
        : null;
  }

  private String place(int place) {
    if (place >= 0 && (places == UNKNOWN || place < places)) {
      return null;
    }
    return "place "
        + place
        + (places <= 0
            ? " of a table of files that is not there: registerFiles first"
            : " is not in the table of files: it has 0 to " + (places - 1));
  }

  static IllegalArgumentException unknown(Ring ring, int opcode) {
    String by = ring.info().kind();
    return new IllegalArgumentException(
        opcode < Opcode.LINUX_COUNT
            ? what(opcode) + " is not executed by this ring (" + by + "): ask supports() first"
            : "opcode "
                + opcode
                + " is none of Linux's: there are 0 to "
                + (Opcode.LINUX_COUNT - 1));
  }

  static String what(int opcode) {
    return "IORING_OP_" + Opcode.name(opcode);
  }
}
