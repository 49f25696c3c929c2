// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** One entry in the stand-in's hands: a copy, what came with it, and how far it is. */
final class PoolTask {
  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int TO_BE_CANCELLED = 2;
  private static final int CANCELLED = 3;

  final int opcode;
  final int flags;
  final long off;
  final long addr;
  final int len;
  final int opFlags;
  final long userData;
  final int bufIndex;
  final int fileIndex;
  final long addr3;

  /** What the kernel copies when an entry is handed over. */
  PoolArguments arguments = PoolArguments.NONE;

  /** Set where a stream was found ready, so that the operation will not block. */
  boolean ready;

  private final AtomicInteger state = new AtomicInteger(WAITING);
  private int fd;
  private PoolFiles.Held file;

  PoolTask(MemorySegment entries, long at) {
    opcode = SqEntry.opcode(entries, at);
    flags = SqEntry.flags(entries, at);
    fd = SqEntry.fd(entries, at);
    off = SqEntry.off(entries, at);
    addr = SqEntry.addr(entries, at);
    len = SqEntry.len(entries, at);
    opFlags = SqEntry.opFlags(entries, at);
    userData = SqEntry.userData(entries, at);
    bufIndex = SqEntry.bufIndex(entries, at);
    fileIndex = entries.get(JAVA_INT, at + SqEntry.FILE_INDEX);
    addr3 = entries.get(JAVA_LONG, at + SqEntry.ADDR3);
  }

  int fd() {
    return fd;
  }

  /** Takes a registered file, in place of the descriptor that names its place in the table. */
  boolean resolve(PoolFiles files) {
    file = files.hold(fd);
    if (file != null) {
      fd = file.fd();
    }
    return file != null;
  }

  /** Gives the registered file back, after the last use. */
  void release() {
    if (file != null) {
      file.release();
    }
  }

  /** Whether it may be executed or answered by the caller: by one only, and not once cancelled. */
  boolean begin() {
    return state.compareAndSet(WAITING, RUNNING);
  }

  /** Whether nobody has begun or cancelled it yet. */
  boolean waits() {
    return state.get() == WAITING;
  }

  /** It waits (again), and can be cancelled; answers false where that was wished meanwhile. */
  boolean suspend() {
    return state.compareAndSet(RUNNING, WAITING) || state.get() == WAITING;
  }

  /**
   * Whether it had not begun, and now will not. One that has begun goes on; but if it comes to
   * wait, it ends.
   */
  boolean cancel() {
    if (state.compareAndSet(WAITING, CANCELLED)) {
      return true;
    }
    state.compareAndSet(RUNNING, TO_BE_CANCELLED);
    return false;
  }
}
