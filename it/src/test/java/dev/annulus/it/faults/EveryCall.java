// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import dev.annulus.ffi.Faults;
import dev.annulus.ring.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Repeats work with the first call of a function failing, then the second, and so on until a run
 * has fewer of them; and so for each function that any run calls. Counted by function, the numbers
 * mean the same in each run, though threads take turns as they like.
 */
final class EveryCall {
  /** Waits and wake-ups, whose number is the scheduler's: of these the first few. */
  private static final Set<String> REPEATED = Set.of("futex", "futex_waitv", "epoll_wait");

  private static final int REPEATS = 6;

  /** More calls of one function than any work here makes: so many and it runs for ever. */
  private static final int MOST = 500;

  private final int errno;
  private final Work work;
  private final Set<String> called = new ConcurrentSkipListSet<>();
  private final Map<String, String> told = new TreeMap<>();
  private Held before;

  /** What is repeated: it throws where a call's failure ended it, and leaves nothing behind. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Fails the N-th call of a function, once. */
  private final class Nth implements Faults.Plan {
    private final Thread worker = Thread.currentThread();
    private final String name;
    private int left;
    private boolean own;

    Nth(String name, int number) {
      this.name = name;
      left = number;
    }

    @Override
    public synchronized int errno(String call) {
      called.add(call);
      if (!call.equals(name) || --left != 0) {
        return 0;
      }
      own = Thread.currentThread() == worker;
      return errno;
    }

    synchronized boolean hit() {
      return left <= 0;
    }

    /** Whether it was the work's own thread that called: only there can it be told. */
    synchronized boolean isOwn() {
      return own;
    }
  }

  private EveryCall(int errno, Work work) {
    this.errno = errno;
    this.work = work;
  }

  /**
   * Repeats it.
   *
   * @param errno what the call fails with
   * @param work what to repeat
   * @return by function, how often it failed, and in parentheses how often that ended the work
   */
  static Map<String, String> fails(int errno, Work work) throws Exception {
    return new EveryCall(errno, work).run();
  }

  private Map<String, String> run() throws Exception {
    work.run(); // classes are loaded
    before = Held.now();
    run(new Nth("", 1)); // learns what is called
    List<String> names;
    while (!(names = untold()).isEmpty()) {
      for (String name : names) {
        told.put(name, ofOne(name));
      }
    }
    Held.assertNoThreadLasts();
    return told;
  }

  private List<String> untold() {
    return called.stream().filter(name -> !told.containsKey(name)).toList();
  }

  private String ofOne(String name) {
    int most = REPEATED.contains(name) ? REPEATS : MOST;
    int ended = 0;
    for (int number = 1; number <= most; number++) {
      Nth plan = new Nth(name, number);
      Throwable failure = run(plan);
      if (!plan.hit()) {
        if (failure != null) {
          throw new AssertionError("without a fault", failure);
        }
        return number - 1 + " (" + ended + ")";
      }
      String when = number + ". " + name + " answers " + Errno.name(errno);
      before.assertHeldAgain(when);
      if (failure != null) {
        ended++;
        checkTold(when, failure, plan, name);
      }
    }
    if (most == MOST) {
      throw new AssertionError("more than " + MOST + " calls of " + name);
    }
    return most + " (" + ended + ")";
  }

  private Throwable run(Nth plan) {
    Faults.follow(plan);
    try {
      work.run();
      return null;
    } catch (Exception | AssertionError e) {
      return e;
    } finally {
      Faults.follow(null);
    }
  }

  /** Somewhere in the failure are the call and the errno; another thread's is an ordinary one. */
  private void checkTold(String when, Throwable failure, Nth plan, String name) {
    List<String> said = new ArrayList<>();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      said.add(String.valueOf(e.getMessage()));
    }
    String all = String.join(" / ", said);
    boolean named = all.contains(Errno.name(errno)) || all.contains("errno " + errno);
    boolean good = all.contains(name) && named || !plan.isOwn() && failure instanceof IOException;
    if (!good) {
      throw new AssertionError(when + ": not told by: " + all, failure);
    }
  }
}
