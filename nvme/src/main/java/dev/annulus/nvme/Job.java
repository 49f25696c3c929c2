// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * An operation of a client that takes several commands, one after the other. It belongs to {@link
 * Jobs}, is one operation's at a time, and is used again for the next.
 */
abstract class Job {
  private static final long MARK = 1L << 63;

  /** What the queue pair knows its commands by: no operation's token is negative. */
  final long queueToken;

  /** What the client knows it by. */
  long token;

  int nsid;

  /** The blocks that it works on: first, and one past the last. */
  long first;

  long end;

  /** Whether it changes them. */
  boolean writes;

  /** Whether it is to end after the command in flight. */
  boolean cancelled;

  boolean busy;

  /** The queue had no room for its next command. */
  boolean waiting;

  Job(int number) {
    queueToken = MARK | number;
  }

  static boolean isOne(long queueToken) {
    return queueToken < 0;
  }

  static int number(long queueToken) {
    return (int) queueToken;
  }

  final void begin(long forToken, int ofNamespace, long firstBlock, long endBlock, boolean change) {
    token = forToken;
    nsid = ofNamespace;
    first = firstBlock;
    end = endBlock;
    writes = change;
    cancelled = false;
    busy = true;
    waiting = false;
  }

  final boolean overlaps(int ofNamespace, long firstBlock, long endBlock) {
    return nsid == ofNamespace && first < endBlock && firstBlock < end;
  }

  /** Submits its next command; false where there is no room now. */
  abstract boolean submit(QueuePair queue);

  /** Its command succeeded; answers whether that was the last one. */
  abstract boolean advance();

  /** What it is answered with if it ends here, where that is more than 0. */
  abstract long done();
}
