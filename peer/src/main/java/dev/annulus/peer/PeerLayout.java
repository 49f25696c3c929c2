// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.QueueLayout;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The two memory files of a peer ring. Every word has one writer, and the words of the two writers
 * are in different files, so that each side can map the other's read-only. Words lie 128 bytes
 * apart, because processors fetch cache lines in pairs. All are 64 bits, little endian.
 */
final class PeerLayout {
  /** Client's file: index of the next entry to submit. The low half is the futex of the server. */
  static final long SQ_TAIL = 0;

  /** Client's file: index of the next completion to reap. */
  static final long CQ_HEAD = 128;

  /** Client's file: the CQ tail index that the client sleeps for. */
  static final long CQ_EVENT = 256;

  /** Client's file: 1 while the client is awake: the server need not look for it. */
  static final long CQ_RELAXED = CQ_EVENT + QueueLayout.RELAXED;

  /** Client's file: where the 64-byte entries begin. */
  static final long SQ_SLOTS = 4096;

  /**
   * Server's file: index of the next completion to post. The low half is the futex of the client.
   */
  static final long CQ_TAIL = 0;

  /** Server's file: index of the next entry to take. */
  static final long SQ_HEAD = 128;

  /** Server's file: the SQ tail index that the server sleeps for. */
  static final long SQ_EVENT = 256;

  /** Server's file: 1 while the server is awake: the client need not look for it. */
  static final long SQ_RELAXED = SQ_EVENT + QueueLayout.RELAXED;

  /** Server's file: where the 16-byte entries begin. */
  static final long CQ_SLOTS = 4096;

  static final long PAGE = 4096;

  private PeerLayout() {}

  /** Client's file: where the indirect array begins, if there is one: {@code u32} each. */
  static long sqArray(int sqEntries) {
    return SQ_SLOTS + (long) sqEntries * SqEntry.SIZE;
  }

  /** Size of the client's file without array. */
  static long clientSize(int sqEntries) {
    return clientSize(sqEntries, false);
  }

  /** Size of the client's file in bytes, whole pages. */
  static long clientSize(int sqEntries, boolean sqArray) {
    return pages(sqArray(sqEntries) + (sqArray ? 4L * sqEntries : 0));
  }

  /** Size of the server's file in bytes, whole pages. */
  static long serverSize(int cqEntries) {
    return fileSize(cqEntries, CqEntry.SIZE);
  }

  /** Size of the file of an end that sends such entries, whole pages. */
  static long fileSize(int entries, int entrySize) {
    return pages(SQ_SLOTS + (long) entries * entrySize);
  }

  static long pages(long bytes) {
    return (bytes + PAGE - 1) & -PAGE;
  }

  /** The submission queue without array. */
  static QueueLayout sq(MemorySegment client, MemorySegment server, int entries) {
    return sq(client, server, entries, false);
  }

  /** The submission queue: the client produces. */
  static QueueLayout sq(MemorySegment client, MemorySegment server, int entries, boolean sqArray) {
    QueueLayout layout = queue(client, server, entries, SqEntry.SIZE);
    return sqArray ? layout.withArray(sqArray(entries)) : layout;
  }

  /** The completion queue: the server produces. */
  static QueueLayout cq(MemorySegment client, MemorySegment server, int entries) {
    return queue(server, client, entries, CqEntry.SIZE);
  }

  /**
   * A queue of any entries. Both ends' files are alike: the tail and the slots of what its writer
   * produces, the head and the event index of what it consumes.
   */
  static QueueLayout queue(MemorySegment producer, MemorySegment consumer, int entries, int size) {
    return QueueLayout.peer(
        producer, SQ_TAIL, consumer, SQ_HEAD, SQ_EVENT, producer, SQ_SLOTS, entries, size);
  }

  /** Sets all indices of both files, before they are handed out. */
  static void start(MemorySegment client, MemorySegment server, long index) {
    start(client, index);
    start(server, index);
  }

  /** The same for one. The event index lies just behind, which means that nobody sleeps. */
  static void start(MemorySegment file, long index) {
    file.set(ValueLayout.JAVA_LONG, SQ_TAIL, index);
    file.set(ValueLayout.JAVA_LONG, SQ_HEAD, index);
    file.set(ValueLayout.JAVA_LONG, SQ_EVENT, index - 1);
  }
}
