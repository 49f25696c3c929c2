// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The admin queue: one command at a time, waited for. Any thread; the lock is held over the wait,
 * since admin commands are rare and order among them matters.
 *
 * <p>After a command that timed out nothing more is sent: the controller may still write to the
 * data page, so neither it nor the answers can be relied on until the controller is disabled. A
 * reset ends the wait of whoever waits here, and makes the queue as new.
 */
final class AdminQueue {
  /** Entries of the queue: there is never more than one command in it. */
  private static final int ENTRIES = 32;

  private static final int SPINS = 200;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Transport transport;
  private final Handshake handshake;
  private final long timeoutMillis;
  private final CommandQueue queue;
  private final DmaBuffer page;
  private final ReentrantLock lock = new ReentrantLock();

  private long token;
  private boolean answered;
  private int status;
  private int result;

  /** Why nothing is sent, or null. Volatile: it ends another thread's wait. */
  private volatile String failure;

  /** Null until the controller has started; then asked for a reset where there is no answer. */
  private Recovery recovery;

  AdminQueue(Transport transport, Handshake handshake, long timeoutMillis) throws NvmeException {
    this.transport = transport;
    this.handshake = handshake;
    this.timeoutMillis = timeoutMillis;
    int entries =
        Math.min(ENTRIES, Integer.highestOneBit(Registers.maxQueueEntries(handshake.cap())));
    queue = new CommandQueue(transport, 0, entries, Identify.SIZE, handshake.pageShift());
    page = transport.dma().allocate(Identify.SIZE, 1L << handshake.pageShift());
  }

  CommandQueue queue() {
    return queue;
  }

  /** Has a reset asked for from now on, where a command is not answered. */
  void recoverBy(Recovery all) {
    recovery = all;
  }

  /** Ends the wait of whoever waits for an answer, and lets nothing be sent; any thread. */
  void interrupt(String why) {
    failure = why;
  }

  /** Makes the queue as new; the controller must be disabled. */
  void restart() {
    lock.lock();
    try {
      token++;
      queue.abandon(this::completed, Integer.MAX_VALUE, NvmeStatus.SUCCESS);
      queue.restart();
      failure = null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Executes a command and waits for it.
   *
   * @param what the command in words, for errors
   * @param remedy what to do where it fails
   * @return dword 0 of the completion
   */
  int execute(int opcode, int nsid, long cdw10, long iova, String what, String remedy)
      throws NvmeException {
    return execute(opcode, nsid, cdw10, iova, 0, what, remedy);
  }

  /** As above, with as many bytes at the IOVA, so that both data pointers are set. */
  int execute(int opcode, int nsid, long cdw10, long iova, long bytes, String what, String remedy)
      throws NvmeException {
    lock.lock();
    try {
      if (failure != null) {
        throw cutOff(what + ", not sent", failure);
      }
      answered = false;
      token++;
      if (!queue.submit(opcode, nsid, cdw10, 0, 0, iova, bytes, token)) {
        throw new NvmeException(
            what + ": the admin queue is full, which must not be; close the controller");
      }
      queue.ring();
      await(what);
      if (status != NvmeStatus.SUCCESS) {
        throw new NvmeException(what, status, remedy);
      }
      return result;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Executes Identify; answers a private copy of the structure.
   *
   * @param cdw10 command dwords 10 and 11: which structure, in most cases nothing else
   */
  byte[] identify(long cdw10, int nsid, String what) throws NvmeException {
    lock.lock();
    try {
      page.memory().fill((byte) 0);
      execute(
          AdminOpcode.IDENTIFY,
          nsid,
          cdw10,
          page.iova(),
          what,
          "the controller lacks what every NVMe controller has; it is broken");
      byte[] copy = new byte[Identify.SIZE];
      MemorySegment.copy(page.memory(), JAVA_BYTE, 0, copy, 0, copy.length);
      return copy;
    } finally {
      lock.unlock();
    }
  }

  private void await(String what) throws NvmeException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    long pause = 1_000;
    for (int i = 0; !answered; i++) {
      queue.poll(this::completed, ENTRIES);
      if (answered) {
        return;
      }
      String stopped = failure;
      if (stopped != null) {
        throw cutOff(what, stopped);
      }
      if (queue.violation() != null) {
        throw failed("it broke the protocol: admin queue: " + queue.violation().words, true);
      }
      if (System.nanoTime() - end > 0) {
        String state = handshake.state();
        throw failed(what + " had no answer in " + timeoutMillis + " ms, and " + state, false);
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
      }
    }
  }

  /** The error of a command that a reset ended, or did not let begin. */
  private static NvmeException cutOff(String what, String why) {
    int status = StatusCode.HOST_PATHING_ERROR.value;
    return new NvmeException(what, status, "the controller is or was reset: " + why);
  }

  private NvmeException failed(String why, boolean lie) {
    failure = why;
    if (recovery == null) {
      return new NvmeException(why + "; close the controller and start it again");
    }
    recovery.adminFailed(why, lie);
    return new NvmeException(why + "; the controller is reset, then try again");
  }

  private void completed(long of, int how, long what) {
    if (of == token) {
      answered = true;
      status = how;
      result = (int) what;
    }
  }

  /** Frees the memory; the controller must be disabled. */
  void free() {
    queue.free();
    transport.dma().free(page);
  }
}
