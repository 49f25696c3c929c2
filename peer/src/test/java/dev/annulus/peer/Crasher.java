// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One side of many sessions in one process: the thread of session {@code k} does the same as all
 * others, and stops for ever right behind its {@code k}-th store, so that one {@code kill -9} is a
 * crash at each of them. What a session passes is known to both processes: {@link #BATCHES} of
 * entries that are numbered from 0 and say so twice.
 *
 * <p>Says a line for each session: its number, the place of the store (or {@code end} where it made
 * fewer), entries that were published, and entries that would be published next. Goes on with the
 * next session when it is told to.
 */
final class Crasher {
  /** Sizes of what is published at once. */
  static final List<Integer> BATCHES = List.of(1, 3, 2);

  /** Where the session made no more stores. */
  static final String END = "end";

  /**
   * Entries before those, which are not counted, nor are stores meanwhile. The next batch is the
   * one at which a side that never slept lets the other leave out its fence: that store is met too.
   */
  static final int WARM_UP = 255;

  /** So many of them at once. */
  static final int WARM_BATCH = 51;

  /** Entries and completions of one session. */
  static final int ALL = BATCHES.stream().mapToInt(batch -> batch).sum();

  private static final StackWalker STACK = StackWalker.getInstance();
  private static final ThreadLocal<Crasher> CURRENT = new ThreadLocal<>();
  private static final BlockingQueue<Crasher> STOPPED = new LinkedBlockingQueue<>();

  private final int number;
  private int storesLeft;
  private String place = END;
  private int published;
  private int next;

  private Crasher(int number) {
    this.number = number;
    storesLeft = number;
  }

  /** A result of 64 bits for every second entry: completions of both sizes. */
  static long result(int entry) {
    return entry % 2 == 0 ? entry : 1L << 32 | entry;
  }

  /** What an entry says besides its number. */
  static long check(int entry) {
    return ~(entry * 0x9e37_79b9_7f4a_7c15L);
  }

  public static void main(String[] arguments) throws Exception {
    Instrumented.hook(Crasher::stored);
    Path path = Path.of(arguments[1]);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    if (arguments[0].equals("server")) {
      PeerServer.listen(path, ServerOptions.DEFAULT, new Sessions());
      say("listening");
    }
    boolean array = arguments[0].equals("array");
    PeerOptions options = PeerOptions.DEFAULT.withCredit(array ? 4 : 64).withSqArray(array);
    for (int number = 1; in.readLine() != null; number++) {
      if (!arguments[0].equals("server")) {
        new Crasher(number).start(crasher -> crasher.client(path, options));
      }
      Crasher stopped = STOPPED.take();
      String counts = " " + stopped.published + " " + stopped.next;
      say(stopped.number + " " + stopped.place + counts);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void stored() {
    Crasher current = CURRENT.get();
    if (current != null && --current.storesLeft == 0) {
      current.place = place();
      current.stop();
    }
  }

  /** The method of a queue or an entry that stored, without the helpers below it. */
  private static String place() {
    return STACK.walk(frames ->
        frames
            .filter(frame -> frame.getClassName().startsWith("dev.annulus.ring."))
            .map(frame -> frame.getClassName().substring(17) + "." + frame.getMethodName())
            .filter(name -> !name.matches("(CrashPoint|IndexWord)\\..*"))
            .findFirst()
            .orElseThrow());
  }

  private void stop() {
    STOPPED.add(this);
    while (true) {
      LockSupport.park(this);
    }
  }

  private interface Work {
    void on(Crasher crasher) throws Exception;
  }

  private void start(Work work) {
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            work.on(this);
          } catch (Throwable e) {
            e.printStackTrace();
            place = "threw";
          }
          stop();
        });
  }

  private void client(Path path, PeerOptions options) throws Exception {
    if (options.sqArray()) {
      CURRENT.set(this);
    }
    PeerRing ring = PeerRing.attach(path, options);
    if (!options.sqArray()) {
      warmUp(ring, WARM_UP);
      CURRENT.set(this);
    }
    int[] reaped = new int[1];
    CompletionHandler count = (userData, result, flags) -> reaped[0]++;
    for (int batch : BATCHES) {
      for (int i = 0; i < batch; i++, next++) {
        long at = ring.sq().claim();
        SqEntry.fill(ring.sq().slots(), at, Echo.TELL, -1, result(next), check(next), 0, next);
      }
      if (options.sqArray() && batch > 1) {
        ring.sq().swap(0, batch - 1);
        ring.sq().swap(0, batch - 1);
      }
      ring.submit();
      published = next;
      while (reaped[0] < published) {
        sleepless(ring.cq(), 1);
        ring.reap(count, 1);
      }
    }
  }

  /**
   * What a wait stores, once: one that sleeps may do so again, and the {@code k}-th store would be
   * another one in each session.
   */
  private static void sleepless(Consumer queue, int entries) {
    queue.arm(entries);
    while (queue.refresh() < entries) {
      Thread.onSpinWait();
    }
  }

  /** A release for each, without sleep. */
  static void warmUp(PeerRing ring, int entries) throws Exception {
    for (int round = 0; round < entries; round += WARM_BATCH) {
      for (int i = 0; i < WARM_BATCH; i++) {
        SqEntry.fill(ring.sq().slots(), ring.sq().claim(), Opcode.NOP, -1, 0, 0, 0, 0);
      }
      ring.submit();
      for (int i = 0; i < WARM_BATCH; i++) {
        while (ring.cq().available() == 0) {
          Thread.onSpinWait();
        }
        ring.reap((userData, result, flags) -> {}, 1);
      }
    }
  }

  private void server(PeerSession session) throws Exception {
    MemorySegment entry = Arena.ofAuto().allocate(SqEntry.SIZE, 8);
    for (int i = 0; i < WARM_UP; i++) {
      while (session.sq().available() == 0) {
        Thread.onSpinWait();
      }
      session.sq().next();
      session.sq().release();
      session.post(0, 0);
      session.complete();
    }
    CURRENT.set(this);
    for (int batch : BATCHES) {
      sleepless(session.sq(), batch);
      for (int i = 0; i < batch; i++, next++) {
        SqEntry.copy(session.sq().slots(), session.sq().next(), entry, 0);
        session.post(SqEntry.userData(entry, 0), result(next));
      }
      session.sq().release();
      session.complete();
      published = next;
    }
  }

  /** The socket thread numbers the sessions as they come. */
  private static final class Sessions implements PeerServer.Handler {
    @Override
    public void attached(PeerSession session) {
      new Crasher(session.id() + 1).start(crasher -> crasher.server(session));
    }

    @Override
    public void gone(PeerSession session) {
      System.err.println("a client went before its server was killed");
    }
  }
}
