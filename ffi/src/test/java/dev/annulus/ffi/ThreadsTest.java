// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Threads and their errnos, and the calls of io_uring as far as they need no ring. */
class ThreadsTest {
  private static final int EPERM = 1;
  private static final int EBADF = 9;
  private static final int EFAULT = 14;
  private static final int EINVAL = 22;
  private static final int ENOSYS = 38;

  /** The processors that the calling thread may run on, as the kernel says. */
  private static String allowed() throws IOException {
    return java.nio.file.Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void pinsItsThreadAlone() throws Exception {
    String before = allowed();
    String first = before.split("[-,]", 2)[0];
    FutureTask<String> task =
        new FutureTask<>(() -> {
          assertEquals(0, Threads.pin(Integer.parseInt(first)));
          return allowed();
        });
    Thread.ofPlatform().start(task);
    assertEquals(first, task.get());
    assertEquals(before, allowed());
  }

  @Test
  void processorsThatCannotBe() {
    for (int cpu : new int[] {-1, -64, 1023, 1024, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(-EINVAL, Threads.pin(cpu), "processor " + cpu);
    }
  }

  @Test
  void userIsTheOneThatProcSays() throws IOException {
    assertEquals(
        java.nio.file.Files.getAttribute(Path.of("/proc/self"), "unix:uid"), Threads.euid());
  }

  /** One thread's errno is not seen by another, however they interleave. */
  @Test
  void eachThreadHasItsErrno() throws Exception {
    FutureTask<?>[] tasks = new FutureTask<?>[4];
    for (int i = 0; i < tasks.length; i++) {
      boolean odd = i % 2 != 0;
      tasks[i] =
          new FutureTask<>(() -> {
            for (int round = 0; round < 20_000; round++) {
              assertEquals(odd ? -EBADF : -EINVAL, odd ? Files.close(-1) : Threads.pin(1023));
            }
            return null;
          });
      Thread.ofPlatform().daemon().start(tasks[i]);
    }
    for (FutureTask<?> task : tasks) {
      task.get();
    }
  }

  @Test
  void virtualThreadsHaveTheirsToo() throws Exception {
    FutureTask<Integer> task = new FutureTask<>(() -> Files.close(-1));
    Thread.ofVirtual().start(task).join();
    assertEquals(-EBADF, task.get());
  }

  @Test
  void misuseComesOutAsItself() {
    Arena arena = Arena.ofConfined();
    MemorySegment path = arena.allocateFrom("/dev/null");
    arena.close();
    assertThrows(
        IllegalStateException.class, () -> Files.openat(Files.AT_FDCWD, path, Files.O_RDONLY, 0));
  }

  @Test
  void ringCallsAnswerErrnos() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(UringParams.SIZE, 8);
      int none = Uring.setup(0, params);
      assertTrue(none == -EINVAL || none == -EPERM || none == -ENOSYS, "errno " + -none);
      if (none == -EINVAL) {
        assertEquals(-EFAULT, Uring.setup(1, MemorySegment.NULL));
        assertEquals(-EBADF, Uring.register(1 << 20, 0, MemorySegment.NULL, 0));
        assertEquals(-EBADF, Uring.enter(Uring.newCapture(), 1 << 20, 0, 0, 0, 0, 0));
        int ring = TestFds.opened(Uring.setup(3, params));
        assertEquals(4, params.get(JAVA_INT, UringParams.SQ_ENTRIES));
        assertEquals(8, params.get(JAVA_INT, UringParams.CQ_ENTRIES));
        assertEquals(-EINVAL, Uring.register(ring, 0x7fff, MemorySegment.NULL, 0));
        assertEquals(0, Uring.enter(Uring.newCapture(), ring, 0, 0, 0, 0, 0));
        assertEquals(0, Files.close(ring));
      }
    }
  }
}
