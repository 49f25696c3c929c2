// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * A submission entry: Linux's {@code struct io_uring_sqe}, 64 bytes, little endian, on every ring.
 *
 * <p>Entries are not objects: each method works on the entry that begins {@code at} bytes into a
 * segment. All accesses are plain; {@link Producer#publish} and {@link Consumer#available} order
 * them. An entry in memory that another process can write may change between two reads: copy it
 * first ({@link #copy}), then check the copy.
 *
 * <p>Source: {@code linux/io_uring.h}; {@code io_uring_enter(2)}.
 */
public final class SqEntry {
  /** Size of an entry in bytes. */
  public static final int SIZE = 64;

  /** {@code __u8 opcode}: what to do, see {@link Opcode}. */
  public static final int OPCODE = 0;

  /** {@code __u8 flags}: {@code IOSQE_*} bits. */
  public static final int FLAGS = 1;

  /** {@code __u16 ioprio}: request priority, or flags of some opcodes. */
  public static final int IOPRIO = 2;

  /** {@code __s32 fd}: descriptor, index of a registered file, or handle on a peer ring. */
  public static final int FD = 4;

  /** {@code __u64 off}: offset in the file, or {@code addr2}. */
  public static final int OFF = 8;

  /** {@code __u64 addr}: buffer address; on a peer ring, the offset within the region. */
  public static final int ADDR = 16;

  /** {@code __u32 len}: buffer length in bytes or number of vectors. */
  public static final int LEN = 24;

  /** {@code __u32 rw_flags}, {@code open_flags}, {@code timeout_flags} …: flags of the opcode. */
  public static final int OP_FLAGS = 28;

  /** {@code __u64 user_data}: comes back unchanged in the completion. */
  public static final int USER_DATA = 32;

  /** {@code __u16 buf_index}: registered buffer; on a peer ring, the region. */
  public static final int BUF_INDEX = 40;

  /** {@code __u16 personality}: registered credentials. */
  public static final int PERSONALITY = 42;

  /** {@code __u32 file_index} or {@code __s32 splice_fd_in}. */
  public static final int FILE_INDEX = 44;

  /** {@code __u64 addr3}: a third address or value. */
  public static final int ADDR3 = 48;

  /** {@code __u64 __pad2[0]}: must be zero. */
  public static final int PAD2 = 56;

  /** {@code IOSQE_FIXED_FILE}: {@code fd} is an index into the registered files. */
  public static final int IOSQE_FIXED_FILE = 1;

  /** {@code IOSQE_IO_DRAIN}: start only when everything submitted before is complete. */
  public static final int IOSQE_IO_DRAIN = 1 << 1;

  /** {@code IOSQE_IO_LINK}: the next entry starts when this one succeeded. */
  public static final int IOSQE_IO_LINK = 1 << 2;

  /** {@code IOSQE_IO_HARDLINK}: the next entry starts when this one is complete, failed or not. */
  public static final int IOSQE_IO_HARDLINK = 1 << 3;

  /** {@code IOSQE_ASYNC}: go to a worker at once, without a non-blocking attempt first. */
  public static final int IOSQE_ASYNC = 1 << 4;

  /** {@code IOSQE_BUFFER_SELECT}: take a buffer from a provided group. */
  public static final int IOSQE_BUFFER_SELECT = 1 << 5;

  /** {@code IOSQE_CQE_SKIP_SUCCESS}: post no completion when the operation succeeds. */
  public static final int IOSQE_CQE_SKIP_SUCCESS = 1 << 6;

  private SqEntry() {}

  /**
   * Sets all 64 bytes to zero.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry in bytes, a multiple of 8
   */
  public static void clear(MemorySegment entries, long at) {
    for (int i = 0; i < SIZE; i += 8) {
      entries.set(JAVA_LONG, at + i, 0L);
    }
  }

  /**
   * Copies one entry, each word read exactly once.
   *
   * @param from source memory
   * @param fromAt offset of the source entry, a multiple of 8
   * @param to target memory
   * @param toAt offset of the target entry, a multiple of 8
   */
  public static void copy(MemorySegment from, long fromAt, MemorySegment to, long toAt) {
    for (int i = 0; i < SIZE; i += 8) {
      to.set(JAVA_LONG, toAt + i, from.get(JAVA_LONG, fromAt + i));
    }
  }

  /**
   * Writes a whole entry of the common read/write shape; what is not named becomes zero.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry in bytes, a multiple of 8
   * @param opcode see {@link Opcode}
   * @param fd descriptor or handle
   * @param off file offset in bytes, or {@code -1} for the file's own position
   * @param addr buffer address, or offset within the region
   * @param len length in bytes, unsigned 32 bits
   * @param userData comes back in the completion
   */
  public static void fill(
      MemorySegment entries,
      long at,
      int opcode,
      int fd,
      long off,
      long addr,
      int len,
      long userData) {
    MemorySegment entry = entries.asSlice(at, SIZE); // one check of bounds for all
    entry.set(JAVA_LONG, 0, (opcode & 0xffL) | ((long) fd << 32));
    entry.set(JAVA_LONG, OFF, off);
    entry.set(JAVA_LONG, ADDR, addr);
    entry.set(JAVA_LONG, LEN, len & 0xffff_ffffL);
    entry.set(JAVA_LONG, USER_DATA, userData);
    entry.set(JAVA_LONG, BUF_INDEX, 0L);
    entry.set(JAVA_LONG, ADDR3, 0L);
    entry.set(JAVA_LONG, PAD2, 0L);
  }

  /**
   * Reads {@code opcode}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return 0 to 255
   */
  public static int opcode(MemorySegment entries, long at) {
    return entries.get(JAVA_BYTE, at + OPCODE) & 0xff;
  }

  /**
   * Writes {@code opcode}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param opcode 0 to 255
   */
  public static void opcode(MemorySegment entries, long at, int opcode) {
    entries.set(JAVA_BYTE, at + OPCODE, (byte) opcode);
  }

  /**
   * Reads {@code flags}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return {@code IOSQE_*} bits
   */
  public static int flags(MemorySegment entries, long at) {
    return entries.get(JAVA_BYTE, at + FLAGS) & 0xff;
  }

  /**
   * Writes {@code flags}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param flags {@code IOSQE_*} bits
   */
  public static void flags(MemorySegment entries, long at, int flags) {
    entries.set(JAVA_BYTE, at + FLAGS, (byte) flags);
  }

  /**
   * Reads {@code ioprio}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return 0 to 65535
   */
  public static int ioprio(MemorySegment entries, long at) {
    return entries.get(JAVA_SHORT, at + IOPRIO) & 0xffff;
  }

  /**
   * Reads {@code fd}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return the descriptor or handle
   */
  public static int fd(MemorySegment entries, long at) {
    return entries.get(JAVA_INT, at + FD);
  }

  /**
   * Writes {@code fd}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param fd the descriptor or handle
   */
  public static void fd(MemorySegment entries, long at, int fd) {
    entries.set(JAVA_INT, at + FD, fd);
  }

  /**
   * Reads {@code off} ({@code addr2}).
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return the file offset
   */
  public static long off(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + OFF);
  }

  /**
   * Writes {@code off} ({@code addr2}).
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param off the file offset
   */
  public static void off(MemorySegment entries, long at, long off) {
    entries.set(JAVA_LONG, at + OFF, off);
  }

  /**
   * Reads {@code addr}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return the buffer's address, or its offset within the region
   */
  public static long addr(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + ADDR);
  }

  /**
   * Writes {@code addr}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param addr the buffer's address, or its offset within the region
   */
  public static void addr(MemorySegment entries, long at, long addr) {
    entries.set(JAVA_LONG, at + ADDR, addr);
  }

  /**
   * Reads {@code len}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return an unsigned 32-bit length, in an int
   */
  public static int len(MemorySegment entries, long at) {
    return entries.get(JAVA_INT, at + LEN);
  }

  /**
   * Reads the opcode's own flags.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return {@code rw_flags}, {@code open_flags} …
   */
  public static int opFlags(MemorySegment entries, long at) {
    return entries.get(JAVA_INT, at + OP_FLAGS);
  }

  /**
   * Writes the opcode's own flags.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param flags {@code rw_flags}, {@code open_flags} …
   */
  public static void opFlags(MemorySegment entries, long at, int flags) {
    entries.set(JAVA_INT, at + OP_FLAGS, flags);
  }

  /**
   * Reads {@code user_data}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return the value that the completion carries
   */
  public static long userData(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + USER_DATA);
  }

  /**
   * Writes {@code user_data}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param userData the value that the completion carries
   */
  public static void userData(MemorySegment entries, long at, long userData) {
    entries.set(JAVA_LONG, at + USER_DATA, userData);
  }

  /**
   * Reads {@code buf_index}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return registered buffer or region, 0 to 65535
   */
  public static int bufIndex(MemorySegment entries, long at) {
    return entries.get(JAVA_SHORT, at + BUF_INDEX) & 0xffff;
  }

  /**
   * Writes {@code buf_index}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param index registered buffer or region, 0 to 65535
   */
  public static void bufIndex(MemorySegment entries, long at, int index) {
    entries.set(JAVA_SHORT, at + BUF_INDEX, (short) index);
  }

  /**
   * Writes {@code personality}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param personality registered credentials, 0 to 65535; 0 for the thread's own
   */
  public static void personality(MemorySegment entries, long at, int personality) {
    entries.set(JAVA_SHORT, at + PERSONALITY, (short) personality);
  }

  /**
   * Writes {@code file_index}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param index a place in the file table, or for WAITID the options
   */
  public static void fileIndex(MemorySegment entries, long at, int index) {
    entries.set(JAVA_INT, at + FILE_INDEX, index);
  }

  /**
   * Writes {@code addr3}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param addr3 the third address or value
   */
  public static void addr3(MemorySegment entries, long at, long addr3) {
    entries.set(JAVA_LONG, at + ADDR3, addr3);
  }

  /**
   * Reads {@code addr3}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @return the third address or value
   */
  public static long addr3(MemorySegment entries, long at) {
    return entries.get(JAVA_LONG, at + ADDR3);
  }

  /**
   * Writes {@code ioprio}.
   *
   * @param entries memory that holds entries
   * @param at offset of the entry
   * @param ioprio request priority, or flags of some opcodes; its low 16 bits
   */
  public static void ioprio(MemorySegment entries, long at, int ioprio) {
    entries.set(JAVA_SHORT, at + IOPRIO, (short) ioprio);
  }
}
