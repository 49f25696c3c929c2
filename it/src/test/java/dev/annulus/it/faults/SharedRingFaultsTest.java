// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Sockets;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.SharedRing;
import dev.annulus.uring.op.Read;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A ring for all threads is opened, used and closed while each of its system calls fails in turn,
 * on its own thread or on the caller's: no call hangs, every future ends, nothing is left.
 */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class SharedRingFaultsTest {
  private static final int SIZE = 4096;

  @TempDir static Path temporary;

  @ParameterizedTest
  @CsvSource({
    "REQUIRE, " + Errno.ENOMEM,
    "REQUIRE, " + Errno.EINTR,
    "REQUIRE, " + Errno.EMFILE,
    "REQUIRE, " + Errno.EPERM,
    "NEVER, " + Errno.ENOMEM,
    "NEVER, " + Errno.EMFILE
  })
  void everyCall(RingOptions.Policy policy, int errno) throws Exception {
    Path file = java.nio.file.Files.write(temporary.resolve("file"), new byte[SIZE]);
    RingOptions options = RingOptions.DEFAULT.withPolicy(policy).withEntries(8, 16);
    int fd = Files.open(file.toString(), Files.O_RDONLY, 0);
    try (Arena arena = Arena.ofShared()) {
      Map<String, String> failed = EveryCall.fails(errno, () -> work(options, fd, arena));
      assertTrue(failed.containsKey("eventfd"), failed::toString);
      assertTrue(
          failed.containsKey(policy == RingOptions.Policy.NEVER ? "pread" : "io_uring_enter"),
          failed::toString);
    } finally {
      Files.close(fd);
    }
  }

  /** A read that ends, and one that only its cancellation ends. */
  private void work(RingOptions options, int file, Arena arena) throws Exception {
    MemorySegment one = arena.allocate(SIZE, SIZE);
    MemorySegment two = arena.allocate(SIZE, SIZE);
    int[] pair = new int[2];
    ErrnoException.check("socketpair", Sockets.pair(pair));
    CompletableFuture<Integer> pending = null;
    try (SharedRing ring = SharedRing.open(options)) {
      pending = ring.start(new Read(pair[0], two, -1, 0));
      assertEquals(SIZE, ring.call(new Read(file, one, 0, 0)));
      pending.cancel(true);
    } finally {
      Files.close(pair[0]);
      Files.close(pair[1]);
      assertTrue(pending == null || pending.isDone(), "a future does not end");
    }
  }
}
