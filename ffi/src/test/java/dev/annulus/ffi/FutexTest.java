// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sleepers and wakers that see one word at different addresses. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class FutexTest {
  private static final int EAGAIN = 11;
  private static final int EFAULT = 14;
  private static final int EINVAL = 22;
  private static final int ENOSYS = 38;
  private static final int ETIMEDOUT = 110;
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment vector = arena.allocate(200L * Futex.WAITV_SIZE, 8);

  /** The same page twice: as the writer and as a reader maps it. */
  private MemorySegment writer;

  private MemorySegment reader;

  @BeforeEach
  void map() {
    int fd = opened(Memory.memfd("ffi-futex-test", 4096));
    writer = map(fd, Memory.PROT_READ | Memory.PROT_WRITE);
    reader = map(fd, Memory.PROT_READ);
    assertEquals(0, Files.close(fd));
  }

  private MemorySegment map(int fd, int prot) {
    Memory.Mapping mapping = Memory.map(fd, 0, 4096, prot, Memory.MAP_SHARED, arena);
    return assertInstanceOf(Memory.Mapping.Mapped.class, mapping).memory();
  }

  @AfterEach
  void unmap() {
    arena.close();
  }

  private static <T> FutureTask<T> start(Callable<T> callable) {
    FutureTask<T> task = new FutureTask<>(callable);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** Wakes until somebody was woken: the sleeper may not have arrived yet. */
  private static void wakeOne(long word) {
    while (Futex.wake(word, 1) == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void sleeperOnAReadOnlyMappingIsWokenThroughTheOther() throws Exception {
    FutureTask<Integer> sleeper = start(() -> Futex.await(reader.address() + 8, 0, 0));
    wakeOne(writer.address() + 8);
    assertEquals(0, sleeper.get());
    FutureTask<Integer> timed =
        start(() -> Futex.await(writer.address() + 8, 0, SECONDS.toNanos(30)));
    wakeOne(reader.address() + 8);
    assertEquals(0, timed.get());
  }

  @Test
  void changedWordIsNotSleptOn() {
    WORD.setVolatile(writer, 0L, -5);
    assertEquals(-EAGAIN, Futex.await(reader.address(), 0, 0));
    assertEquals(-EAGAIN, Futex.await(reader.address(), 5, SECONDS.toNanos(30)));
    assertEquals(-ETIMEDOUT, Futex.await(reader.address(), -5, 1));
    assertEquals(0, Futex.compare(reader.address(), -5, reader.address()));
    assertEquals(-EAGAIN, Futex.compare(reader.address(), 5, reader.address()));
    assertEquals(-EFAULT, Futex.compare(0, 0, reader.address()));
    assertEquals(-EINVAL, Futex.compare(reader.address() + 1, 0, reader.address()));
  }

  @Test
  void timeOutIsKept() {
    long start = System.nanoTime();
    assertEquals(-ETIMEDOUT, Futex.await(reader.address(), 0, MILLISECONDS.toNanos(20)));
    assertTrue(System.nanoTime() - start >= MILLISECONDS.toNanos(20));
  }

  @Test
  void wakeCountsAndIsLimited() throws Exception {
    assertEquals(0, Futex.wake(writer.address(), Integer.MAX_VALUE));
    FutureTask<?>[] sleepers = new FutureTask<?>[3];
    for (int i = 0; i < 3; i++) {
      sleepers[i] = start(() -> Futex.await(reader.address(), 0, 0));
    }
    int woken = 0;
    while (woken < 3) {
      int now = Futex.wake(writer.address(), 2);
      assertTrue(now >= 0 && now <= 2, "woke " + now);
      woken += now;
    }
    for (FutureTask<?> sleeper : sleepers) {
      assertEquals(0, sleeper.get());
    }
    assertEquals(0, Futex.wake(writer.address(), 1));
  }

  @Test
  void errorsAreErrnos() {
    assertEquals(-EFAULT, Futex.await(4096, 0, 1));
    assertEquals(-EINVAL, Futex.await(reader.address() + 1, 0, 1), "not aligned");
    assertEquals(-EINVAL, Futex.wake(reader.address() + 2, 1));
    assertEquals(-EFAULT, Futex.wake(4096, 1));
  }

  private void assumeWaitv() {
    Futex.waitv(vector, 0, reader.address(), 1);
    int answer = Futex.awaitAny(vector, 1, 1);
    assumeTrue(answer != -ENOSYS, "futex_waitv needs Linux 5.16");
    assertEquals(-EAGAIN, answer);
  }

  @Test
  void sleeperOnManyWordsLearnsWhichWasWoken() throws Exception {
    assumeWaitv();
    int most = Futex.FUTEX_WAITV_MAX;
    for (int i = 0; i < most; i++) {
      WORD.setVolatile(writer, 4L * i, i);
      Futex.waitv(vector, i, reader.address() + 4L * i, i);
    }
    for (int which : new int[] {0, 77, most - 1}) {
      FutureTask<Integer> sleeper = start(() -> Futex.awaitAny(vector, most, 0));
      wakeOne(writer.address() + 4L * which);
      assertEquals(which, sleeper.get());
    }
  }

  @Test
  void deadlineOfManyWordsIsThatOfNanoTime() {
    assumeWaitv();
    Futex.waitv(vector, 0, reader.address(), 0);
    Futex.waitv(vector, 1, reader.address() + 4, 0);
    long start = System.nanoTime();
    int answer = Futex.awaitAny(vector, 2, start + MILLISECONDS.toNanos(20));
    long took = System.nanoTime() - start;
    assertEquals(-ETIMEDOUT, answer);
    assertTrue(took >= MILLISECONDS.toNanos(20), "took " + took);
    assertEquals(-ETIMEDOUT, Futex.awaitAny(vector, 2, start), "a deadline that has passed");
    assertEquals(-ETIMEDOUT, Futex.awaitAny(vector, 2, -7), "long ago");
  }

  @Test
  void oneChangedWordOfManyIsEnough() {
    assumeWaitv();
    Futex.waitv(vector, 0, reader.address(), 0);
    Futex.waitv(vector, 1, reader.address() + 4, 0);
    WORD.setVolatile(writer, 4L, -1);
    assertEquals(-EAGAIN, Futex.awaitAny(vector, 2, 0));
    Futex.waitv(vector, 1, reader.address() + 4, -1);
    assertEquals(-ETIMEDOUT, Futex.awaitAny(vector, 2, 1), "-1 is a value like others");
  }

  @Test
  void countsThatCannotBe() {
    assumeWaitv();
    for (int i = 0; i < 200; i++) {
      Futex.waitv(vector, i, reader.address(), 0);
    }
    assertEquals(-EINVAL, Futex.awaitAny(vector, 0, 1));
    assertEquals(-EINVAL, Futex.awaitAny(vector, Futex.FUTEX_WAITV_MAX + 1, 1));
    Futex.waitv(vector, 0, 4096, 0);
    assertEquals(-EFAULT, Futex.awaitAny(vector, 1, 1));
  }
}
