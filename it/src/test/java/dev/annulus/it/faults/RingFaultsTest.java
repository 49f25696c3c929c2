// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.PollAdd;
import dev.annulus.uring.op.Read;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring is opened, used and closed while each of its system calls fails in turn. */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class RingFaultsTest {
  private static final int SIZE = 4096;
  private static final long WAIT = TimeUnit.MILLISECONDS.toNanos(1);

  @TempDir static Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOMEM, Errno.EINTR, Errno.EMFILE, Errno.EPERM})
  void ofTheKernel(int errno) throws Exception {
    Map<String, String> failed = everyCall(errno, RingOptions.Policy.REQUIRE);
    assertTrue(failed.containsKey("io_uring_setup"), failed::toString);
    assertTrue(failed.containsKey("mmap"), failed::toString);
    assertTrue(failed.containsKey("munmap"), failed::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOMEM, Errno.EINTR, Errno.EMFILE, Errno.EPERM})
  void ofTheStandIn(int errno) throws Exception {
    Map<String, String> failed = everyCall(errno, RingOptions.Policy.NEVER);
    assertTrue(failed.containsKey("pread"), failed::toString);
    assertTrue(failed.containsKey("epoll_ctl"), failed::toString);
  }

  private Map<String, String> everyCall(int errno, RingOptions.Policy policy) throws Exception {
    Path file = java.nio.file.Files.write(temporary.resolve("file"), new byte[SIZE]);
    RingOptions options = RingOptions.DEFAULT.withPolicy(policy).withEntries(8, 16);
    int fd = Files.open(file.toString(), Files.O_RDONLY, 0);
    try (Arena arena = Arena.ofShared()) {
      return EveryCall.fails(errno, () -> work(options, fd, arena));
    } finally {
      Files.close(fd);
    }
  }

  /** The pair's other end knows at the end whether anybody holds on to this one. */
  private void work(RingOptions options, int file, Arena arena) throws IOException {
    int[] pair = new int[2];
    ErrnoException.check("socketpair", Sockets.pair(pair));
    MemorySegment buffer = arena.allocate(SIZE, SIZE);
    try {
      use(options, file, pair[0], buffer);
    } finally {
      Files.close(pair[0]);
      // The plan may say that this fails; what is asked is whether it blocks or finds nobody.
      long written = Files.write(pair[1], buffer.address(), 1);
      Files.close(pair[1]);
      assertTrue(written < 0, "an operation holds on to its socket");
    }
  }

  private static void use(RingOptions options, int file, int stream, MemorySegment buffer)
      throws IOException {
    try (Ring ring = Rings.open(options)) {
      ring.registerBuffers(buffer);
      ring.registerFiles(2);
      ring.registerFile(1, file);
      Nop.prep(ring.entries(), ring.claim(), 1);
      Read.prep(ring.entries(), ring.claim(), file, buffer.address(), SIZE, 0, 0, 2);
      long at = ring.claim();
      Read.prep(ring.entries(), at, 1, buffer.address(), SIZE, 0, 0, 3);
      SqEntry.flags(ring.entries(), at, SqEntry.IOSQE_FIXED_FILE);
      Read.prep(ring.entries(), ring.claim(), stream, buffer.address(), SIZE, -1, 0, 4);
      PollAdd.prep(ring.entries(), ring.claim(), stream, Events.EPOLLIN, 0, 5);
      ring.submit();
      int[] done = new int[1];
      long deadline = System.nanoTime() + SECONDS.toNanos(10);
      while (done[0] < 3 && System.nanoTime() - deadline < 0) {
        ring.await(1, WAIT);
        ring.reap((tag, result, flags) -> done[0]++, 16);
      }
      assertTrue(done[0] >= 3, "too few completions");
      assertEquals(5 - done[0], ring.inFlight());
    }
  }
}
