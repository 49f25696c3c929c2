// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ffi.Membarrier;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The messages on an attach socket. Each is one SOCK_SEQPACKET message of 64 bytes, little endian,
 * and a text of at most {@link #TEXT_MAX} bytes behind it where it reports a failure.
 */
final class AttachMessage {
  /** {@code u32}: "ANLS". */
  static final int MAGIC = 0x534c_4e41;

  /** {@code u16} of the layout of messages and memory. */
  static final int VERSION = 1;

  /** Client: asks for a ring. */
  static final int HELLO = 1;

  /** Server: answers HELLO; with two descriptors, the client's and the server's memory file. */
  static final int WELCOME = 2;

  /** Client: shares a region; with one descriptor, a sealed memory file. */
  static final int SHARE = 3;

  /** Server: answers SHARE with the region's number. */
  static final int SHARED = 4;

  /** Server: the session is over; the text says why. */
  static final int GOODBYE = 5;

  /** Client: asks for what a ticket stands for. */
  static final int TAKE = 6;

  /** Server: answers TAKE; with two descriptors, a memory file and a socket to the other end. */
  static final int TAKEN = 7;

  /** One end of two queues to the other; with one descriptor, its memory file. */
  static final int READY = 8;

  /** Bytes of a message without its text. */
  static final int SIZE = 64;

  /** Bytes of text at most. */
  static final int TEXT_MAX = 448;

  /** Bytes of a message at most. */
  static final int CAPACITY = SIZE + TEXT_MAX;

  /** Controls, also those above 127, and what turns or breaks a line: terminals obey them. */
  private static final String UNPRINTABLE = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]";

  private static final long AT_MAGIC = 0;
  private static final long AT_VERSION_TYPE = 4;
  private static final long AT_STATUS = 8;
  private static final long AT_TEXT_LENGTH = 12;

  /** HELLO: credit wanted; WELCOME: credit granted. */
  static final long CREDIT = 16;

  /** WELCOME: entries of the submission queue, a power of two. */
  static final long SQ_ENTRIES = 20;

  /** WELCOME: entries of the completion queue, a power of two. */
  static final long CQ_ENTRIES = 24;

  /** SHARED: the region's number. */
  static final long REGION = 28;

  /** SHARE: size of the region in bytes, u64. */
  static final long REGION_SIZE = 32;

  /** HELLO, WELCOME: bits that tell of the sender, u32. */
  static final long FLAGS = 40;

  /** TAKEN, {@code u32}: 0 for the first end, 1 for the second. REGION_SIZE is its own memory. */
  static final long END = CREDIT;

  /** TAKEN, {@code u64}: bytes of the memory that the other end writes. */
  static final long OTHER_SIZE = 48;

  /** READY, {@code u32}: bytes an entry of what the sender sends. */
  static final long SEND_SIZE = CREDIT;

  /** READY, {@code u32}: slots of the queue that the sender writes. */
  static final long SEND_ENTRIES = SQ_ENTRIES;

  /** READY, {@code u32}: slots of the queue that the receiver writes. */
  static final long TAKE_ENTRIES = CQ_ENTRIES;

  /** READY, {@code u32}: bytes an entry of what the receiver sends. */
  static final long TAKE_SIZE = REGION;

  /** READY, {@code u64}: where all indices start. */
  static final long START = REGION_SIZE;

  /** READY, {@code u64}: what the entries mean, as both ends must say. */
  static final long PROTOCOL = OTHER_SIZE;

  /**
   * {@link #FLAGS}: the sender's process is registered with {@code membarrier(2)}, global
   * expedited, so that its threads can be made to fence from outside.
   */
  static final int FENCES_FROM_OUTSIDE = 1;

  /** {@link #FLAGS}: HELLO asks for an indirect SQ array; WELCOME says that the ring has it. */
  static final int SQ_ARRAY = 1 << 1;

  private AttachMessage() {}

  /** Begins a message: all zero but for its head. */
  static void begin(MemorySegment body, int type) {
    body.asSlice(0, SIZE).fill((byte) 0);
    body.set(JAVA_INT, AT_MAGIC, MAGIC);
    body.set(JAVA_INT, AT_VERSION_TYPE, VERSION | type << 16);
  }

  /** Adds a failure; answers the message's length. */
  static int fail(MemorySegment body, int errno, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, TEXT_MAX);
    body.set(JAVA_INT, AT_STATUS, errno);
    body.set(JAVA_INT, AT_TEXT_LENGTH, length);
    MemorySegment.copy(bytes, 0, body, JAVA_BYTE, SIZE, length);
    return SIZE + length;
  }

  /** The type of a received message, or 0 for one that is not of this protocol. */
  static int type(MemorySegment body, long length) {
    if (length < SIZE || body.get(JAVA_INT, AT_MAGIC) != MAGIC) {
      return 0;
    }
    int versionAndType = body.get(JAVA_INT, AT_VERSION_TYPE);
    return (versionAndType & 0xffff) == VERSION ? versionAndType >>> 16 : 0;
  }

  /** The errno of a received message, 0 for success. */
  static int status(MemorySegment body) {
    return body.get(JAVA_INT, AT_STATUS);
  }

  /** The text of a received message, as far as it was received; control characters are left out. */
  static String text(MemorySegment body, long length) {
    long said = Integer.toUnsignedLong(body.get(JAVA_INT, AT_TEXT_LENGTH));
    int bytes = (int) Math.min(Math.min(said, TEXT_MAX), length - SIZE);
    byte[] text = body.asSlice(SIZE, Math.max(bytes, 0)).toArray(JAVA_BYTE);
    return new String(text, StandardCharsets.UTF_8).replaceAll(UNPRINTABLE, " ");
  }

  /** What {@link #FLAGS} says of this process. */
  static int ownFlags() {
    return Membarrier.available() ? FENCES_FROM_OUTSIDE : 0;
  }

  /** Whether {@link #FLAGS} has {@link #SQ_ARRAY}. */
  static boolean sqArray(MemorySegment body) {
    return (intAt(body, FLAGS) & SQ_ARRAY) != 0;
  }

  /** Sets {@link #FLAGS}. */
  static void flags(MemorySegment body, boolean sqArray) {
    intAt(body, FLAGS, ownFlags() | (sqArray ? SQ_ARRAY : 0));
  }

  /** Whether the sender's threads can be made to fence from here: both sides need the call. */
  static boolean mayRelax(MemorySegment body) {
    return (intAt(body, FLAGS) & FENCES_FROM_OUTSIDE) != 0 && Membarrier.available();
  }

  static int intAt(MemorySegment body, long at) {
    return body.get(JAVA_INT, at);
  }

  static void intAt(MemorySegment body, long at, int value) {
    body.set(JAVA_INT, at, value);
  }

  static long longAt(MemorySegment body, long at) {
    return body.get(JAVA_LONG, at);
  }

  static void longAt(MemorySegment body, long at, long value) {
    body.set(JAVA_LONG, at, value);
  }
}
