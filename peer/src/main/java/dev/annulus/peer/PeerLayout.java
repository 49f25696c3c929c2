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

  /** Client's file: 1 while the server may leave out its fence when it publishes completions. */
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

  /** Server's file: 1 while the client may leave out its fence when it publishes entries. */
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
    return pages(CQ_SLOTS + (long) cqEntries * CqEntry.SIZE);
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
    QueueLayout layout =
        QueueLayout.peer(
            client, SQ_TAIL, server, SQ_HEAD, SQ_EVENT, client, SQ_SLOTS, entries, SqEntry.SIZE);
    return sqArray ? layout.withArray(sqArray(entries)) : layout;
  }

  /** The completion queue: the server produces. */
  static QueueLayout cq(MemorySegment client, MemorySegment server, int entries) {
    return QueueLayout.peer(
        server, CQ_TAIL, client, CQ_HEAD, CQ_EVENT, server, CQ_SLOTS, entries, CqEntry.SIZE);
  }

  /**
   * Sets all indices before the files are handed out. The event indices lie just behind, which
   * means that nobody sleeps.
   */
  static void start(MemorySegment client, MemorySegment server, long index) {
    for (long at : new long[] {SQ_TAIL, CQ_HEAD}) {
      client.set(ValueLayout.JAVA_LONG, at, index);
    }
    for (long at : new long[] {CQ_TAIL, SQ_HEAD}) {
      server.set(ValueLayout.JAVA_LONG, at, index);
    }
    client.set(ValueLayout.JAVA_LONG, CQ_EVENT, index - 1);
    server.set(ValueLayout.JAVA_LONG, SQ_EVENT, index - 1);
  }
}
