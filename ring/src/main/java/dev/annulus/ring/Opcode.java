// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

/**
 * Operation codes of submission entries. Below 0x80 they are Linux's {@code IORING_OP_*}; 0x80 to
 * 0xBF are Annulus's own; 0xC0 to 0xFF belong to the application, on rings whose two ends choose
 * their own interface.
 *
 * <p>Source: {@code linux/io_uring.h}; {@code io_uring_enter(2)}.
 */
public final class Opcode {
  /** Does nothing: {@code IORING_OP_NOP}. */
  public static final int NOP = 0;

  /** {@code IORING_OP_READV}. */
  public static final int READV = 1;

  /** {@code IORING_OP_WRITEV}. */
  public static final int WRITEV = 2;

  /** Flushes a file to its device: {@code IORING_OP_FSYNC}. */
  public static final int FSYNC = 3;

  /** Reads into a registered buffer: {@code IORING_OP_READ_FIXED}. */
  public static final int READ_FIXED = 4;

  /** Writes from a registered buffer: {@code IORING_OP_WRITE_FIXED}. */
  public static final int WRITE_FIXED = 5;

  /** Waits for events on a descriptor: {@code IORING_OP_POLL_ADD}. */
  public static final int POLL_ADD = 6;

  /** Cancels or changes a poll: {@code IORING_OP_POLL_REMOVE}. */
  public static final int POLL_REMOVE = 7;

  /** {@code IORING_OP_SYNC_FILE_RANGE}. */
  public static final int SYNC_FILE_RANGE = 8;

  /** {@code IORING_OP_SENDMSG}. */
  public static final int SENDMSG = 9;

  /** {@code IORING_OP_RECVMSG}. */
  public static final int RECVMSG = 10;

  /** Completes after a time or a number of completions: {@code IORING_OP_TIMEOUT}. */
  public static final int TIMEOUT = 11;

  /** Cancels a timeout: {@code IORING_OP_TIMEOUT_REMOVE}. */
  public static final int TIMEOUT_REMOVE = 12;

  /** {@code IORING_OP_ACCEPT}. */
  public static final int ACCEPT = 13;

  /** Cancels an operation in flight: {@code IORING_OP_ASYNC_CANCEL}. */
  public static final int ASYNC_CANCEL = 14;

  /** {@code IORING_OP_LINK_TIMEOUT}. */
  public static final int LINK_TIMEOUT = 15;

  /** {@code IORING_OP_CONNECT}. */
  public static final int CONNECT = 16;

  /** Allocates or frees a file's space: {@code IORING_OP_FALLOCATE}. */
  public static final int FALLOCATE = 17;

  /** Opens a file: {@code IORING_OP_OPENAT}. */
  public static final int OPENAT = 18;

  /** Closes a descriptor: {@code IORING_OP_CLOSE}. */
  public static final int CLOSE = 19;

  /** {@code IORING_OP_FILES_UPDATE}. */
  public static final int FILES_UPDATE = 20;

  /** Reads a file's attributes: {@code IORING_OP_STATX}. */
  public static final int STATX = 21;

  /** Reads at an offset: {@code IORING_OP_READ}. */
  public static final int READ = 22;

  /** Writes at an offset: {@code IORING_OP_WRITE}. */
  public static final int WRITE = 23;

  /** {@code IORING_OP_FADVISE}. */
  public static final int FADVISE = 24;

  /** {@code IORING_OP_MADVISE}. */
  public static final int MADVISE = 25;

  /** {@code IORING_OP_SEND}. */
  public static final int SEND = 26;

  /** {@code IORING_OP_RECV}. */
  public static final int RECV = 27;

  /** Opens a file, with limits on how its path resolves: {@code IORING_OP_OPENAT2}. */
  public static final int OPENAT2 = 28;

  /** {@code IORING_OP_EPOLL_CTL}. */
  public static final int EPOLL_CTL = 29;

  /** {@code IORING_OP_SPLICE}. */
  public static final int SPLICE = 30;

  /** {@code IORING_OP_PROVIDE_BUFFERS}. */
  public static final int PROVIDE_BUFFERS = 31;

  /** {@code IORING_OP_REMOVE_BUFFERS}. */
  public static final int REMOVE_BUFFERS = 32;

  /** {@code IORING_OP_TEE}. */
  public static final int TEE = 33;

  /** {@code IORING_OP_SHUTDOWN}. */
  public static final int SHUTDOWN = 34;

  /** {@code IORING_OP_RENAMEAT}. */
  public static final int RENAMEAT = 35;

  /** {@code IORING_OP_UNLINKAT}. */
  public static final int UNLINKAT = 36;

  /** {@code IORING_OP_MKDIRAT}. */
  public static final int MKDIRAT = 37;

  /** {@code IORING_OP_SYMLINKAT}. */
  public static final int SYMLINKAT = 38;

  /** {@code IORING_OP_LINKAT}. */
  public static final int LINKAT = 39;

  /** {@code IORING_OP_MSG_RING}. */
  public static final int MSG_RING = 40;

  /** {@code IORING_OP_FSETXATTR}. */
  public static final int FSETXATTR = 41;

  /** {@code IORING_OP_SETXATTR}. */
  public static final int SETXATTR = 42;

  /** {@code IORING_OP_FGETXATTR}. */
  public static final int FGETXATTR = 43;

  /** {@code IORING_OP_GETXATTR}. */
  public static final int GETXATTR = 44;

  /** {@code IORING_OP_SOCKET}. */
  public static final int SOCKET = 45;

  /** {@code IORING_OP_URING_CMD}. */
  public static final int URING_CMD = 46;

  /** {@code IORING_OP_SEND_ZC}. */
  public static final int SEND_ZC = 47;

  /** {@code IORING_OP_SENDMSG_ZC}. */
  public static final int SENDMSG_ZC = 48;

  /** {@code IORING_OP_READ_MULTISHOT}. */
  public static final int READ_MULTISHOT = 49;

  /** {@code IORING_OP_WAITID}. */
  public static final int WAITID = 50;

  /** Waits while a word has a value: {@code IORING_OP_FUTEX_WAIT}. */
  public static final int FUTEX_WAIT = 51;

  /** Wakes those who wait for a word: {@code IORING_OP_FUTEX_WAKE}. */
  public static final int FUTEX_WAKE = 52;

  /** {@code IORING_OP_FUTEX_WAITV}. */
  public static final int FUTEX_WAITV = 53;

  /** {@code IORING_OP_FIXED_FD_INSTALL}. */
  public static final int FIXED_FD_INSTALL = 54;

  /** Sets a file's length: {@code IORING_OP_FTRUNCATE}. */
  public static final int FTRUNCATE = 55;

  /** {@code IORING_OP_BIND}. */
  public static final int BIND = 56;

  /** {@code IORING_OP_LISTEN}. */
  public static final int LISTEN = 57;

  /** {@code IORING_OP_RECV_ZC}. */
  public static final int RECV_ZC = 58;

  /** {@code IORING_OP_EPOLL_WAIT}. */
  public static final int EPOLL_WAIT = 59;

  /** {@code IORING_OP_READV_FIXED}. */
  public static final int READV_FIXED = 60;

  /** {@code IORING_OP_WRITEV_FIXED}. */
  public static final int WRITEV_FIXED = 61;

  /** {@code IORING_OP_PIPE}. */
  public static final int PIPE = 62;

  /**
   * Annulus: opens a resource by URL. {@code addr} and {@code len}: the URL in UTF-8, in the region
   * {@code buf_index}; {@code op_flags}: {@code O_*}; {@code off}: mode of a file that is created.
   * The result is a handle.
   */
  public static final int OPEN_URL = 0x80;

  /** Annulus: the size of an open resource in bytes, 64 bits. */
  public static final int SIZE = 0x81;

  /**
   * Annulus: offers the descriptors of an open resource. The result is a ticket, for which the
   * attach socket hands them out.
   */
  public static final int OFFER = 0x82;

  /** Annulus: the first code that is the application's own; all up to 0xFF are. */
  public static final int FIRST_OF_APPLICATION = 0xC0;

  /** How many opcodes of Linux have names here: 0 to this, exclusive. */
  public static final int LINUX_COUNT = 63;

  private static final String[] NAMES = {
    "NOP",
    "READV",
    "WRITEV",
    "FSYNC",
    "READ_FIXED",
    "WRITE_FIXED",
    "POLL_ADD",
    "POLL_REMOVE",
    "SYNC_FILE_RANGE",
    "SENDMSG",
    "RECVMSG",
    "TIMEOUT",
    "TIMEOUT_REMOVE",
    "ACCEPT",
    "ASYNC_CANCEL",
    "LINK_TIMEOUT",
    "CONNECT",
    "FALLOCATE",
    "OPENAT",
    "CLOSE",
    "FILES_UPDATE",
    "STATX",
    "READ",
    "WRITE",
    "FADVISE",
    "MADVISE",
    "SEND",
    "RECV",
    "OPENAT2",
    "EPOLL_CTL",
    "SPLICE",
    "PROVIDE_BUFFERS",
    "REMOVE_BUFFERS",
    "TEE",
    "SHUTDOWN",
    "RENAMEAT",
    "UNLINKAT",
    "MKDIRAT",
    "SYMLINKAT",
    "LINKAT",
    "MSG_RING",
    "FSETXATTR",
    "SETXATTR",
    "FGETXATTR",
    "GETXATTR",
    "SOCKET",
    "URING_CMD",
    "SEND_ZC",
    "SENDMSG_ZC",
    "READ_MULTISHOT",
    "WAITID",
    "FUTEX_WAIT",
    "FUTEX_WAKE",
    "FUTEX_WAITV",
    "FIXED_FD_INSTALL",
    "FTRUNCATE",
    "BIND",
    "LISTEN",
    "RECV_ZC",
    "EPOLL_WAIT",
    "READV_FIXED",
    "WRITEV_FIXED",
    "PIPE"
  };

  private Opcode() {}

  /**
   * The name of an opcode.
   *
   * @param opcode 0 to 255
   * @return its constant name without {@code IORING_OP_}, or {@code OPCODE_0xNN} where it has none
   */
  public static String name(int opcode) {
    if (opcode >= 0 && opcode < NAMES.length) {
      return NAMES[opcode];
    }
    return switch (opcode) {
      case OPEN_URL -> "OPEN_URL";
      case SIZE -> "SIZE";
      case OFFER -> "OFFER";
      default -> String.format("OPCODE_0x%02X", opcode);
    };
  }
}
