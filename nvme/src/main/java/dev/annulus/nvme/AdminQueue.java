// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The admin queue: commands that are waited for, any thread, several at a time, since some take
 * minutes (Format NVM) while others must not wait for them (Abort). The lock is held to submit and
 * to look, never over a pause. Whoever waits takes the others' completions too.
 *
 * <p>After a command that timed out nothing more is sent: the controller may still write to the
 * command's data page, so the page is not used again until the controller is disabled. A reset ends
 * the wait of whoever waits here, and makes the queue as new.
 */
final class AdminQueue {
  /** Entries of the queue. */
  private static final int ENTRIES = 32;

  private static final int SPINS = 200;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final String FREED = "it is closed";
  private static final String RESTARTING = "it is being set up again";

  /** A command that somebody waits for; under the lock. */
  private static final class Answer {
    boolean done;
    int status;
    int result;

    /** Why there will be none, or null. */
    String cutOff;
  }

  private final Transport transport;
  private final Handshake handshake;
  private final long timeoutMillis;
  private final CommandQueue queue;
  private final AdminPages pages;
  private final EventRequests events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Answer> waiting = new HashMap<>();

  private long token;
  private boolean freed;

  /** Why nothing is sent, or null. Volatile: it ends another thread's wait. */
  private volatile String failure;

  /** Who sets the controller up again, or null. */
  private volatile Thread restarter;

  /** Null until the controller has started; then asked for a reset where there is no answer. */
  private Recovery recovery;

  AdminQueue(Transport transport, Handshake handshake, long timeoutMillis) throws NvmeException {
    this.transport = transport;
    this.handshake = handshake;
    this.timeoutMillis = timeoutMillis;
    int entries =
        Math.min(ENTRIES, Integer.highestOneBit(Registers.maxQueueEntries(handshake.cap())));
    queue = new CommandQueue(transport, 0, entries, Identify.SIZE, handshake.pageShift());
    pages = new AdminPages(transport.dma(), 1L << handshake.pageShift());
    events = new EventRequests(queue);
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

  /**
   * Makes the queue as new; the controller must be disabled. Until it opens only the calling
   * thread, which sets the controller up again, may send anything.
   */
  void restart() {
    lock.lock();
    try {
      if (queue.violation() == null) {
        // What the device had posted before it was stopped: events are not to be lost.
        queue.drain(this::completed, ENTRIES);
      }
      restarter = Thread.currentThread();
      cutOffAll(failure == null ? RESTARTING : failure);
      queue.abandon((of, status, result) -> {}, Integer.MAX_VALUE, NvmeStatus.SUCCESS);
      queue.restart();
      events.restart();
      pages.stopped();
      failure = null;
    } finally {
      lock.unlock();
    }
  }

  /** The controller is set up again. */
  void open() {
    restarter = null;
  }

  private void cutOffAll(String why) {
    waiting.values().forEach(each -> each.cutOff = why);
    waiting.clear();
  }

  /**
   * Executes a command whose data, if any, is at an IOVA of the caller's, and waits for it.
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
    AdminCommand command = AdminCommand.of(opcode, what).nsid(nsid).remedy(remedy).bytes(bytes);
    command.cdw10 = cdw10;
    return await(command, send(command, iova)).result;
  }

  /** Executes a command with its data, and waits for it. */
  AdminReply execute(AdminCommand command) throws NvmeException {
    DmaBuffer page = page(command);
    Answer answer = new Answer();
    try {
      answer = send(command, page == null ? 0 : page.iova());
      await(command, answer);
      byte[] copy = new byte[command.answerBytes];
      if (copy.length > 0) {
        MemorySegment.copy(page.memory(), JAVA_BYTE, 0, copy, 0, copy.length);
      }
      return new AdminReply(answer.result, copy);
    } finally {
      giveBack(page, answer);
    }
  }

  /**
   * Executes Identify; answers a private copy of the structure.
   *
   * @param cdw10 command dwords 10 and 11: which structure, in most cases nothing else
   */
  byte[] identify(long cdw10, int nsid, String what) throws NvmeException {
    AdminCommand command = AdminCommand.of(AdminOpcode.IDENTIFY, what).nsid(nsid);
    command.cdw10 = cdw10;
    return execute(command.receives(Identify.SIZE)).data();
  }

  private DmaBuffer page(AdminCommand command) throws NvmeException {
    if (command.data == null && command.answerBytes == 0) {
      return null;
    }
    lock.lock();
    try {
      refuseWhenStopped(command.what);
      DmaBuffer page = pages.take();
      if (command.data != null) {
        MemorySegment.copy(command.data, 0, page.memory(), JAVA_BYTE, 0, command.data.length);
      }
      return page;
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(DmaBuffer page, Answer answer) {
    if (page == null) {
      return;
    }
    lock.lock();
    try {
      if (freed) {
        transport.dma().free(page);
      } else if (answer.done) {
        pages.give(page);
      } else {
        pages.keep(page);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why the calling thread may send nothing now, or null. */
  private String stopped() {
    Thread one = restarter;
    boolean other = one != null && one != Thread.currentThread();
    return failure == null && other ? RESTARTING : failure;
  }

  private void refuseWhenStopped(String what) throws NvmeException {
    String why = stopped();
    if (why != null) {
      throw cutOff(what + ", not sent", why);
    }
  }

  /** Submits a command, as soon as there is room. */
  private Answer send(AdminCommand command, long iova) throws NvmeException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    Answer answer = new Answer();
    for (int i = 0; !submitted(command, iova, answer); i++) {
      if (System.nanoTime() - end > 0) {
        throw new NvmeException(
            command.what
                + ", not sent: the admin queue is full of commands that take long; wait for them");
      }
      pause(i);
    }
    return answer;
  }

  private boolean submitted(AdminCommand of, long iova, Answer answer) throws NvmeException {
    lock.lock();
    try {
      refuseWhenStopped(of.what);
      long next = token + 1;
      if (!queue.submit(of.opcode, of.nsid, of.cdw10, of.cdw12, of.cdw14, iova, of.bytes, next)) {
        queue.poll(this::completed, ENTRIES);
        return false;
      }
      token = next;
      waiting.put(next, answer);
      queue.ring();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Answer await(AdminCommand command, Answer answer) throws NvmeException {
    long millis = Math.max(timeoutMillis, command.timeoutMillis);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (int i = 0; !answered(command.what, answer, end, millis); i++) {
      pause(i);
    }
    if (answer.status != NvmeStatus.SUCCESS) {
      throw new NvmeException(
          command.what, answer.status, AdminRemedy.of(command.remedy, answer.status));
    }
    return answer;
  }

  private boolean answered(String what, Answer answer, long end, long millis) throws NvmeException {
    lock.lock();
    try {
      if (!answer.done && answer.cutOff == null) {
        queue.poll(this::completed, ENTRIES);
      }
      if (answer.done) {
        return true;
      }
      String stopped = answer.cutOff == null ? failure : answer.cutOff;
      if (stopped != null) {
        throw cutOff(what, stopped);
      }
      refuseLies();
      if (System.nanoTime() - end > 0) {
        throw failed(what + " had no answer in " + millis + " ms, and " + handshake.state(), false);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void refuseLies() throws NvmeException {
    if (queue.violation() != null) {
      throw failed("it broke the protocol: admin queue: " + queue.violation().words, true);
    }
  }

  private static void pause(int times) {
    if (times < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(Math.min(1_000L << Math.min(times - SPINS, 20), LONGEST_PAUSE_NANOS));
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

  private void completed(long of, int status, long result) {
    if (of < 0) {
      events.completed(status, (int) result);
      return;
    }
    Answer answer = waiting.remove(of);
    if (answer != null) {
      answer.done = true;
      answer.status = status;
      answer.result = (int) result;
    }
  }

  /** The events that have come since the last time; none while nothing can be sent. */
  int[] events() throws NvmeException {
    lock.lock();
    try {
      if (stopped() == null) {
        queue.poll(this::completed, ENTRIES);
        refuseLies();
      }
      return events.take();
    } finally {
      lock.unlock();
    }
  }

  /** Has so many event requests outstanding, where something can be sent. */
  void requestEvents(int number) throws NvmeException {
    lock.lock();
    try {
      if (stopped() == null) {
        events.request(number);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Frees the memory; the controller must be disabled. */
  void free() {
    lock.lock();
    try {
      failure = FREED;
      freed = true;
      cutOffAll(FREED);
      queue.free();
      pages.free();
    } finally {
      lock.unlock();
    }
  }
}
