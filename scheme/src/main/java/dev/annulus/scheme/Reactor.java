// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.RingViolationException;
import dev.annulus.uring.Ring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One thread that serves some of a host's clients. It has its own ring to the kernel, and shares
 * nothing with other reactors but its mailbox.
 *
 * <p>Clients that were busy lately are polled. One that was not is <i>armed</i>: the kernel waits
 * on its ring's futex and answers with a completion. When all are armed and there is nothing else
 * to do, the reactor sleeps in the one ring that tells of everything.
 */
final class Reactor {
  private static final int REAP_AT_ONCE = 256;
  private static final int DRAIN_AT_ONCE = 64;

  /** What a reactor that failed does in vain, and for how long, to end in order. */
  private static final int PATIENCE = 16;

  private static final long WIND_DOWN_NANOS = 5_000_000_000L;

  /** Reading the clock costs as much as serving an entry: idle turns share one reading. */
  private static final int TURNS_A_CLOCK = 16;

  private final Host host;
  private final HostOptions options;
  private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
  private final int mailEvent;
  private final ContextTable contexts = new ContextTable();
  private final Counters counters = new Counters();
  private final CompletionHandler handler = this::completed;
  private final Ring ring;
  private final Arena arena;
  private final Dispatcher dispatcher;
  private final Sleep sleep;
  private final Ending ending;
  private boolean stopping;

  /** Guarded by the mailbox. */
  private boolean closed;

  private long now = System.nanoTime();
  private long lastBusy = now;
  private int turns;

  Reactor(Host host, HostOptions options, Ring ring, String fault, int mailEvent, Arena arena) {
    this.host = host;
    this.options = options;
    this.ring = ring;
    this.mailEvent = mailEvent;
    this.arena = arena;
    dispatcher = new Dispatcher(ring, contexts, counters, arena, this::violated);
    sleep = new Sleep(dispatcher, this, fault);
    ending = new Ending(dispatcher, contexts);
    dispatcher.watch(mailEvent);
  }

  /** Makes this reactor's instances of the schemes. */
  void open(List<SchemeFactory> factories) throws IOException {
    for (SchemeFactory factory : factories) {
      dispatcher.add(factory.name(), factory.create(dispatcher));
    }
    dispatcher.add("sys", new SysScheme(host));
  }

  /** A client is gone: a task that is not forgotten where the reactor ends before it. */
  private final class Departure implements Runnable {
    private final PeerSession session;

    Departure(PeerSession session) {
      this.session = session;
    }

    @Override
    public void run() {
      detach(session);
    }
  }

  /** From any thread: lets the reactor's thread run a task soon; false where it has ended. */
  boolean tell(Runnable task) {
    synchronized (mailbox) {
      if (!closed) {
        mailbox.add(task);
        Events.signal(mailEvent);
      }
      return !closed;
    }
  }

  /** From the socket thread, its last word of a session: where nobody is left, that frees it. */
  void gone(PeerSession session) {
    if (!tell(new Departure(session))) {
      session.free();
    }
  }

  String counters() {
    String ringInfo = ring.info().toJson();
    return counters.json(contexts.size(), ringInfo, sleep.json(), dispatcher.schemes());
  }

  void attach(PeerSession session) {
    contexts.add(session, options.maxHandles(), now);
  }

  /**
   * The client is gone: what it had submitted is started, what then still waits is cancelled, and
   * its memory goes after the last operation.
   */
  private void detach(PeerSession session) {
    Context context = contexts.of(session);
    dispatcher.takeWhatIsLeft(context);
    dispatcher.submit();
    context.ended = true;
    context.gone = true;
    dispatcher.cancelAll(context);
    contexts.retiring().add(context);
  }

  /** The host closes: finishes what its clients had submitted, then tells. */
  void finish(CompletableFuture<Void> told) {
    ending.begin(told, now);
  }

  void stop() {
    stopping = true;
  }

  /** Serves until it is stopped and its last client is gone. */
  void run() throws ErrnoException {
    while (!stopping || contexts.size() > 0) {
      turn();
    }
  }

  private void turn() throws ErrnoException {
    boolean busy = mail();
    if (++turns % TURNS_A_CLOCK == 0) {
      clock();
    }
    busy |= drain();
    for (Scheme scheme : dispatcher.schemes()) {
      busy |= scheme.poll();
    }
    if (dispatcher.submit() > 0) {
      clock(); // what completes now has been under way since before the call
    }
    busy |= ring.reap(handler, REAP_AT_ONCE) > 0;
    dispatcher.flush();
    ending.look(now);
    retire();
    if (busy) {
      clock();
      lastBusy = now;
    } else if (now - lastBusy >= options.spinNanos()) {
      sleep();
    } else {
      Thread.onSpinWait();
    }
  }

  private void clock() {
    now = System.nanoTime();
    dispatcher.now(now);
  }

  private boolean mail() {
    Runnable task = mailbox.poll();
    if (task == null) {
      return false;
    }
    do {
      task.run();
      task = mailbox.poll();
    } while (task != null);
    return true;
  }

  /** Takes entries of all polled clients; arms those that have been idle. */
  private boolean drain() {
    boolean busy = false;
    List<Context> polled = contexts.polled();
    for (int i = 0; i < polled.size(); i++) {
      Context context = polled.get(i);
      if (context.ended) {
        polled.remove(i--);
      } else if (!ending.begun() && dispatcher.drain(context, DRAIN_AT_ONCE) > 0) {
        dispatcher.flush(); // what is done need not wait for the other clients' turns
        context.active(now);
        busy = true;
      } else if (isIdle(context) && arm(context)) {
        polled.remove(i--);
      }
    }
    return busy;
  }

  private boolean isIdle(Context context) {
    return now - context.lastActive > options.spinNanos() && !context.rests(now);
  }

  /**
   * Lets the kernel wait for a client's next entry; of one whose session has ended nothing is
   * waited for. Answers false where there is an entry already, or no room to wait. The wait stays
   * where it is until it completes: an honest client wakes it when it passes the event index that
   * arm has published.
   */
  private boolean arm(Context context) {
    if (context.ended) {
      return true;
    }
    try {
      if (context.sq().arm(1)) {
        return false;
      }
    } catch (RingViolationException violation) {
      violated(context, violation);
      return true;
    }
    return sleep.begin(context);
  }

  /** Arms whoever is polled, but for those that rest; answers false where one has work. */
  private boolean armAll() {
    List<Context> polled = contexts.polled();
    for (int i = polled.size() - 1; i >= 0 && !ending.begun(); i--) {
      Context context = polled.get(i);
      if (!context.rests(now)) {
        if (!arm(context)) {
          return false;
        }
        polled.remove(i);
      }
    }
    return true;
  }

  private void sleep() throws ErrnoException {
    if (!armAll() || !dispatcher.watches().arm()) {
      return;
    }
    for (Scheme scheme : dispatcher.schemes()) {
      if (scheme.prepareToSleep()) {
        return;
      }
    }
    if (mailbox.isEmpty()) {
      counters.sleeps++;
      boolean woken = ring.await(1, sleepNanos()) > 0;
      clock();
      if (woken) {
        lastBusy = now;
      }
    }
  }

  /** For ever, 0, where nothing is due at a time. */
  private long sleepNanos() {
    boolean rests = !ending.begun() && !contexts.polled().isEmpty();
    long longest = rests ? Context.REST_NANOS : ending.sleepNanos(now);
    for (Scheme scheme : dispatcher.schemes()) {
      long due = scheme.longestSleepNanos();
      longest = due != 0 && (longest == 0 || due < longest) ? due : longest;
    }
    return longest;
  }

  private void completed(long token, int result, int flags) {
    switch (Token.kind(token)) {
      case Token.OPERATION -> dispatcher.complete(token, result);
      case Token.FUTEX -> woken(contexts.get(Token.context(token)));
      case Token.EVENT -> dispatcher.watches().fired(Token.slot(token));
      default -> {
        // The answer to a cancellation or to the release of a descriptor: nobody asked for it.
      }
    }
  }

  /** A client that was idle may have submitted something. */
  void woken(Context context) {
    context.armed = false;
    if (!context.ended) {
      context.woken(now);
      contexts.poll(context);
    }
  }

  private void violated(Context context, RingViolationException violation) {
    if (!context.ended) {
      context.ended = true;
      counters.violations++;
      host.end(context.session, Errno.EPROTO, "protocol violation: " + violation.getMessage());
    }
  }

  /** Frees the contexts that are gone and that neither the kernel nor a device uses any more. */
  private void retire() {
    List<Context> retiring = contexts.retiring();
    for (int i = 0; i < retiring.size(); i++) {
      Context context = retiring.get(i);
      if (context.armed && !context.disarming) {
        context.disarming = sleep.end(context);
      }
      if (!context.armed && context.runQueue.used() == 0) {
        retiring.remove(i--);
        dispatcher.release(context);
        contexts.remove(context);
        context.free();
      }
    }
  }

  /**
   * What the clients of a reactor that failed have open and in progress ends as if they had gone;
   * the call that failed may work again.
   */
  private void windDown() {
    for (Context context : contexts.all()) {
      context.ended = true;
      dispatcher.cancelAll(context);
    }
    long deadline = System.nanoTime() + WIND_DOWN_NANOS;
    int failures = 0;
    while (ending.pending() > 0 && failures < PATIENCE && System.nanoTime() - deadline < 0) {
      try {
        dispatcher.schemes().forEach(Scheme::poll);
        dispatcher.submit();
        if (ring.inFlight() > 0) {
          ring.await(1, Ending.GRACE_NANOS);
          ring.reap(handler, REAP_AT_ONCE);
        }
      } catch (ErrnoException | UncheckedIOException e) {
        failures++;
      }
    }
    contexts.all().forEach(dispatcher::release);
  }

  /**
   * Ends the schemes, then the ring, which waits for what the kernel still has. Contexts are left
   * only where the reactor failed: the socket thread frees the sessions that it still has.
   */
  void close() {
    windDown();
    for (Scheme scheme : dispatcher.schemes()) {
      scheme.close();
    }
    try {
      ring.close();
    } finally {
      free();
    }
  }

  /** All that is not the ring's. */
  private void free() {
    synchronized (mailbox) {
      closed = true; // the descriptor's number may be somebody else's from here on
      Files.close(mailEvent);
    }
    contexts.all().forEach(Context::abandon);
    for (Runnable task : mailbox) {
      if (task instanceof Departure unread) {
        unread.session.free();
      }
    }
    arena.close();
  }
}
