// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Listens to a controller: keeps event requests outstanding, acknowledges events by reading their
 * log pages, follows changes of namespaces, and tells a listener. All on a thread of its own, which
 * looks every so often, so that neither a busy nor a hostile device takes more of it.
 *
 * <p>Nothing is lost: the controller keeps an event until there is a request for it, and requests
 * are sent again when the events before were told. A reset makes the controller forget, so what its
 * events would have told is asked for afterwards.
 */
final class ControllerEvents implements Runnable {
  static final String THREAD = "annulus-nvme-events";

  /** Between two looks. */
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** And up to so many times twice as long while looking fails. */
  private static final int MOST_DOUBLINGS = 6;

  /** So long the end of the thread is waited for; a listener may hold it for ever. */
  private static final long JOIN_MILLIS = 2_000;

  /** Asynchronous Event Configuration: the critical warnings of the SMART log. */
  private static final int WARNINGS = 0x1F;

  /** Asynchronous Event Configuration and OAES: namespaces and firmware activation. */
  private static final int NOTICES = 1 << 8 | 1 << 9;

  /** Bytes to read of a log page that is only to be acknowledged. */
  private static final int PAGE_BYTES = 512;

  private static final System.Logger LOG = System.getLogger(ControllerEvents.class.getName());

  private final AdminQueue admin;
  private final Namespaces namespaces;
  private final Lifecycle lifecycle;
  private final int notices;
  private final int requests;
  private final UntoldEvents untold = new UntoldEvents();
  private final Thread thread = Thread.ofPlatform().name(THREAD).daemon().unstarted(this);

  private volatile Consumer<ControllerEvent> listener;
  private volatile boolean stopped;

  /** Whether events may have been lost, by a reset or since an answer to one was not read. */
  private volatile boolean stale;

  /** Critical warnings that were told; of the thread. */
  private int warnings;

  /** Rounds in a row that failed, which makes the time to the next longer; of the thread. */
  private int failures;

  ControllerEvents(
      AdminQueue admin, Namespaces namespaces, Lifecycle lifecycle, IdentifyController controller) {
    this.admin = admin;
    this.namespaces = namespaces;
    this.lifecycle = lifecycle;
    notices = (int) controller.get(ControllerField.OAES) & NOTICES;
    // A command of somebody's own always finds room.
    int room = admin.queue().depth() / 2;
    requests = Math.min((int) controller.get(ControllerField.AERL) + 1, room);
    namespaces.changesTo(this::changed);
  }

  /** Says which events are wanted, and begins to listen. */
  void start() throws NvmeException {
    configure();
    thread.start();
  }

  /** After a reset; on the recovery's thread. */
  void restarted() throws NvmeException {
    configure();
    stale = true;
    LockSupport.unpark(thread);
  }

  private void configure() throws NvmeException {
    try {
      admin.execute(
          AdminCommand.of(AdminOpcode.SET_FEATURES, "Set Features, " + words())
              .cdw10(Feature.ASYNC_EVENTS, WARNINGS | notices));
    } catch (NvmeException e) {
      if (e.status() == NvmeStatus.SUCCESS) {
        throw e;
      }
      // It is refused: the controller tells of what it likes.
    }
    admin.requestEvents(requests);
  }

  private static String words() {
    return Feature.name(Feature.ASYNC_EVENTS);
  }

  /** Who is told from now on, of what was not told yet too; null for nobody. */
  void tell(Consumer<ControllerEvent> whom) {
    listener = whom;
    LockSupport.unpark(thread);
  }

  long dropped() {
    return untold.dropped();
  }

  /** Namespaces have changed, whoever changed them. */
  private void changed(List<NamespaceChange> changes) {
    untold.add(ControllerEvent.changed(changes));
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    while (!stopped && !lifecycle.hasFailed()) {
      try {
        round();
        failures = 0;
      } catch (NvmeException e) {
        // A reset is under way, or the controller refuses: what was not done is tried again.
        stale = true;
        failures = Math.min(failures + 1, MOST_DOUBLINGS);
      } catch (IllegalStateException e) {
        // The transport, and with it the queue's memory, was closed before the controller.
        return;
      }
      tellAll();
      LockSupport.parkNanos(this, PERIOD_NANOS << failures);
      Thread.interrupted();
    }
    tellAll();
  }

  private void round() throws NvmeException {
    int[] came = admin.events();
    for (int result : came) {
      handle(ControllerEvent.parse(result));
    }
    if (stale) {
      stale = false;
      catchUp();
    }
    admin.requestEvents(requests);
  }

  private void handle(ControllerEvent event) {
    try {
      switch (event.type()) {
        case 1 -> health(event);
        case 2 -> notice(event);
        default -> acknowledged(event);
      }
    } catch (NvmeException e) {
      // Told all the same; what was not read is read when it can be.
      stale = true;
      untold.add(event);
    }
  }

  private void acknowledged(ControllerEvent event) throws NvmeException {
    if (event.logPage() != 0) {
      Logs.acknowledge(admin, event.logPage(), PAGE_BYTES);
    }
    untold.add(event);
  }

  private void health(ControllerEvent event) throws NvmeException {
    SmartLog log = SmartLog.parse(Logs.acknowledge(admin, LogPage.SMART, LogPage.SMART_SIZE));
    warnings = log.warning();
    untold.add(event.with(log));
  }

  private void notice(ControllerEvent event) throws NvmeException {
    if (event.kind() != EventKind.NAMESPACES_CHANGED) {
      acknowledged(event);
      return;
    }
    // First the acknowledgement: what changes after it makes another event.
    Logs.acknowledge(admin, LogPage.CHANGED_NAMESPACES, LogPage.CHANGED_SIZE);
    if (!namespaces.refresh()) {
      untold.add(event);
    }
  }

  /** Asks for what events would have told. */
  private void catchUp() throws NvmeException {
    namespaces.refresh();
    try {
      compare(SmartLog.parse(Logs.acknowledge(admin, LogPage.SMART, LogPage.SMART_SIZE)));
    } catch (NvmeException e) {
      if (e.status() == NvmeStatus.SUCCESS || e.status() == StatusCode.HOST_PATHING_ERROR.value) {
        throw e;
      }
      // It has no such log, and so no such events.
    }
  }

  private void compare(SmartLog log) {
    int fresh = log.warning() & ~warnings & WARNINGS;
    warnings = log.warning();
    if ((fresh & 1) != 0) {
      add(EventKind.SPARE, log);
    }
    if ((fresh & 2) != 0) {
      add(EventKind.TEMPERATURE, log);
    }
    if ((fresh & ~3) != 0) {
      add(EventKind.RELIABILITY, log);
    }
  }

  private void add(EventKind kind, SmartLog log) {
    untold.add(ControllerEvent.parse(kind.result(LogPage.SMART)).with(log));
  }

  private void tellAll() {
    Consumer<ControllerEvent> whom = listener;
    if (whom == null) {
      return;
    }
    for (ControllerEvent each = untold.poll(); each != null; each = untold.poll()) {
      try {
        whom.accept(each);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "a listener failed to take " + each, e);
      }
    }
  }

  /** Ends the thread after what it is doing; its commands fail from now on. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  /** Waits for the end of the thread, not for a listener that does not return. */
  void join() {
    if (thread == Thread.currentThread()) {
      return;
    }
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_MILLIS);
    for (long left = JOIN_MILLIS; left > 0 && thread.isAlive(); ) {
      try {
        thread.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
