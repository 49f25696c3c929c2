// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ffi.Children;
import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.FutexWait;
import dev.annulus.uring.op.FutexWaitv;
import dev.annulus.uring.op.FutexWake;
import dev.annulus.uring.op.Read;
import dev.annulus.uring.op.Waitid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futexes and child processes as opcodes: one wait over all of them. */
@Timeout(value = 60, unit = SECONDS)
abstract class WaitContract {
  private static final long LATER = 2_000_000;

  private Arena arena;
  private Ring ring;
  private final Map<Long, Integer> results = new HashMap<>();

  abstract RingOptions options();

  @BeforeEach
  void open() throws ErrnoException {
    arena = Arena.ofShared();
    ring = Rings.open(options().withEntries(256, 512));
    assumeTrue(
        ring.supports(Opcode.FUTEX_WAITV) && ring.supports(Opcode.WAITID),
        "futex and waitid opcodes need Linux 6.7");
  }

  @AfterEach
  void close() {
    ring.close();
    arena.close();
  }

  private long claim() {
    long at = ring.claim();
    assertTrue(at >= 0, "a free entry");
    return at;
  }

  private int result(long tag) throws ErrnoException {
    while (!results.containsKey(tag)) {
      ring.await(1, 0);
      ring.reap((which, result, flags) -> results.put(which, result), 64);
    }
    return results.remove(tag);
  }

  private void nothingYet() throws ErrnoException {
    assertEquals(0, ring.await(1, LATER));
  }

  private MemorySegment words(int count) {
    return arena.allocate(4L * count, 64);
  }

  private MemorySegment vector(MemorySegment words, int count) {
    MemorySegment vector = arena.allocate((long) count * Futex.WAITV_SIZE, 8);
    for (int i = 0; i < count; i++) {
      Futex.waitv(vector, i, words.address() + 4L * i, 0);
    }
    return vector;
  }

  @Test
  void aWakeOnTheRingEndsAWaitOnTheRing() throws ErrnoException {
    MemorySegment word = words(1);
    FutexWake.prep(ring.entries(), claim(), word.address(), 1, 0, 1);
    assertEquals(0, result(1), "nobody waits");
    FutexWait.prep(ring.entries(), claim(), word.address(), 0, 0, 2);
    FutexWait.prep(ring.entries(), claim(), word.address(), 0, 0, 3);
    ring.submit();
    nothingYet();
    word.set(JAVA_INT, 0, 1);
    FutexWake.prep(ring.entries(), claim(), word.address(), Integer.MAX_VALUE, 0, 4);
    assertEquals(0, result(2));
    assertEquals(0, result(3));
    assertTrue(result(4) >= 0);
  }

  @Test
  void wakesThatCannotBe() throws ErrnoException {
    MemorySegment word = words(2);
    FutexWake.prep(ring.entries(), claim(), word.address(), 0, 0, 1);
    assertEquals(0, result(1), "of nobody");
    FutexWake.prep(ring.entries(), claim(), word.address() + 1, 1, 0, 2);
    assertEquals(-Errno.EINVAL, result(2), "not aligned");
    long at = claim();
    FutexWake.prep(ring.entries(), at, word.address(), 1, 0, 3);
    SqEntry.addr3(ring.entries(), at, 0);
    assertEquals(-Errno.EINVAL, result(3), "for nobody's mask");
    at = claim();
    FutexWake.prep(ring.entries(), at, word.address(), 1, 0, 4);
    SqEntry.fileIndex(ring.entries(), at, 1);
    assertEquals(-Errno.EINVAL, result(4), "a field that means nothing");
  }

  @Test
  void oneOfManyWordsIsNamed() throws ErrnoException {
    int count = Futex.FUTEX_WAITV_MAX;
    MemorySegment words = words(count);
    MemorySegment vector = vector(words, count);
    for (int i : new int[] {0, 77, count - 1}) {
      FutexWaitv.prep(ring.entries(), claim(), vector.address(), count, i);
      ring.submit();
      nothingYet();
      words.setAtIndex(JAVA_INT, i, 1);
      Futex.wake(words.address() + 4L * i, 1);
      assertEquals(i, result(i));
      words.setAtIndex(JAVA_INT, i, 0);
    }
    words.setAtIndex(JAVA_INT, 5, 9);
    FutexWaitv.prep(ring.entries(), claim(), vector.address(), count, 1000);
    assertEquals(-Errno.EAGAIN, result(1000), "one differs");
    words.setAtIndex(JAVA_INT, 5, 0);
    FutexWaitv.prep(ring.entries(), claim(), vector.address(), count, 1001);
    AsyncCancel.prep(ring.entries(), claim(), 1001, -1, 0, 0, 1002);
    assertEquals(-Errno.ECANCELED, result(1001));
  }

  @Test
  void vectorsThatCannotBe() throws ErrnoException {
    MemorySegment words = words(2);
    MemorySegment vector = vector(words, 2);
    FutexWaitv.prep(ring.entries(), claim(), vector.address(), 0, 1);
    assertEquals(-Errno.EINVAL, result(1), "no words");
    FutexWaitv.prep(ring.entries(), claim(), vector.address(), Futex.FUTEX_WAITV_MAX + 1, 2);
    assertEquals(-Errno.EINVAL, result(2), "too many words");
    Futex.waitv(vector, 1, words.address(), 0, 0x70);
    FutexWaitv.prep(ring.entries(), claim(), vector.address(), 2, 3);
    assertEquals(-Errno.EINVAL, result(3), "flags");
    long at = claim();
    FutexWaitv.prep(ring.entries(), at, vector(words, 2).address(), 2, 4);
    SqEntry.addr3(ring.entries(), at, 1);
    assertEquals(-Errno.EINVAL, result(4), "a field that means nothing");
  }

  @Test
  void aChildsEndIsACompletion() throws ErrnoException {
    MemorySegment info = arena.allocate(Children.SIGINFO_SIZE, 8);
    int pid = Children.spawn("sh", "-c", "read line; exit 3");
    assertTrue(pid > 0, "spawned: " + pid);
    int pidfd = Children.pidfd(pid);
    try {
      int keep = Children.WEXITED | Children.WNOWAIT;
      Waitid.prep(ring.entries(), claim(), Children.P_PIDFD, pidfd, keep, 0, 1);
      Waitid.prep(
          ring.entries(), claim(), Children.P_PID, pid, Children.WEXITED, info.address(), 2);
      Waitid.prep(ring.entries(), claim(), Children.P_PID, pid, keep | Children.WNOHANG, 0, 3);
      assertEquals(0, result(3), "does not wait");
      assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      assertEquals(0, result(2));
      assertEquals(pid, info.get(JAVA_INT, Children.SI_PID));
      // The other wait saw the child before it was reaped, or not any more.
      int other = result(1);
      assertTrue(other == 0 || other == -Errno.ECHILD, "the other wait: " + other);
      Waitid.prep(ring.entries(), claim(), Children.P_PID, pid, Children.WEXITED, 0, 4);
      assertEquals(-Errno.ECHILD, result(4), "reaped once");
    } finally {
      Files.close(pidfd);
    }
  }

  @Test
  void aWaitForAChildCanBeCancelled() throws ErrnoException {
    int pid = Children.spawn("sleep", "600");
    assertTrue(pid > 0, "spawned: " + pid);
    try {
      Waitid.prep(ring.entries(), claim(), Children.P_PID, pid, Children.WEXITED, 0, 1);
      ring.submit();
      nothingYet();
      AsyncCancel.prep(ring.entries(), claim(), 1, -1, 0, 0, 2);
      assertEquals(-Errno.ECANCELED, result(1));
      assertTrue(result(2) >= 0);
    } finally {
      assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      assertEquals(0, Children.waitid(Children.P_PID, pid, 0, Children.WEXITED));
    }
  }

  @Test
  void childrenThatCannotBe() throws ErrnoException {
    int own = (int) ProcessHandle.current().pid();
    Waitid.prep(ring.entries(), claim(), Children.P_PID, own, Children.WEXITED, 0, 1);
    assertEquals(-Errno.ECHILD, result(1), "not a child");
    Waitid.prep(ring.entries(), claim(), Children.P_PID, own, 0, 0, 2);
    assertEquals(-Errno.EINVAL, result(2), "waits for nothing");
    long at = claim();
    Waitid.prep(ring.entries(), at, Children.P_PID, own, Children.WEXITED, 0, 3);
    SqEntry.addr3(ring.entries(), at, 1);
    assertEquals(-Errno.EINVAL, result(3), "a field that means nothing");
  }

  /** Futexes, a file and a child, and one call that sleeps over all of them. */
  @Test
  void oneWaitIsForAllKinds() throws ErrnoException {
    MemorySegment words = words(2);
    int event = Events.eventfd(false);
    MemorySegment buffer = arena.allocate(8, 8);
    int pid = Children.spawn("sleep", "600");
    assertTrue(pid > 0, "spawned: " + pid);
    FutexWait.prep(ring.entries(), claim(), words.address(), 0, 0, 1);
    FutexWaitv.prep(ring.entries(), claim(), vector(words, 2).address(), 2, 2);
    Read.prep(ring.entries(), claim(), event, buffer.address(), 8, -1, 0, 3);
    Waitid.prep(ring.entries(), claim(), Children.P_PID, pid, Children.WEXITED, 0, 4);
    ring.submit();
    nothingYet();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              words.set(JAVA_INT, 0, 1);
              Futex.wake(words.address(), Integer.MAX_VALUE);
              Events.signal(event);
              ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            });
    assertEquals(4, ring.await(4, 0));
    ring.reap((tag, result, flags) -> results.put(tag, result), 64);
    assertEquals(Map.of(1L, 0, 2L, 0, 3L, 8, 4L, 0), results);
    results.clear();
    Threads.join(other);
    Files.close(event);
  }
}
