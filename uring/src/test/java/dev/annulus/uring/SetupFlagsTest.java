// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.Read;
import dev.annulus.uring.op.Timeout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each set-up flag, by what the kernel says of the ring and by what the ring then does. */
@org.junit.jupiter.api.Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class SetupFlagsTest {
  private static final RingOptions SMALL = RingOptions.DEFAULT.withEntries(8, 16);
  private static final int O_DIRECT = 0x4000;

  private final List<long[]> came = new ArrayList<>();
  private final CompletionHandler handler =
      new CompletionHandler() {
        @Override
        public void completed(long userData, int result, int flags) {
          came.add(new long[] {userData, result});
        }

        @Override
        public void completedExtended(long tag, int result, int flags, long extra1, long extra2) {
          came.add(new long[] {tag, result, extra1, extra2});
        }
      };

  private void nops(KernelRing ring, int count) {
    for (int i = 0; i < count; i++) {
      Nop.prep(ring.entries(), ring.claim(), 100 + i);
    }
  }

  private void settle(KernelRing ring, int count) throws ErrnoException {
    came.clear();
    while (came.size() < count) {
      assertTrue(ring.await(1, 20_000_000_000L) > 0, "a completion of " + count);
      ring.reap(handler, 64);
    }
    assertEquals(0, ring.inFlight());
  }

  private static boolean seen(KernelRing ring, SetupFlag flag) {
    return (ring.info().setupFlags() & flag.bit()) != 0;
  }

  @Test
  void everyFlagAloneIsSeenByTheKernelAndGoesAway() throws ErrnoException {
    for (SetupFlag flag : SetupFlag.values()) {
      boolean hybrid = flag == SetupFlag.HYBRID_IOPOLL;
      RingOptions options = hybrid ? SMALL.with(SetupFlag.IOPOLL) : SMALL;
      try (KernelRing ring = KernelRing.open(options.with(flag))) {
        assertTrue(seen(ring, flag), flag + " in " + ring.info());
        if (flag == SetupFlag.R_DISABLED) {
          ring.registrations().enable();
        }
        nops(ring, 7);
        settle(ring, 7);
      }
      try (KernelRing ring = KernelRing.open(SMALL.without(flag))) {
        assertFalse(seen(ring, flag), flag + " in " + ring.info());
      }
    }
  }

  @Test
  void singleIssuerAndCooperativeTaskRun() throws ErrnoException {
    try (KernelRing ring = KernelRing.open(SMALL)) {
      assertNotEquals(0, ring.info().setupFlags() & Setup.IORING_SETUP_SINGLE_ISSUER);
      assertEquals(0, ring.info().setupFlags() & Setup.IORING_SETUP_COOP_TASKRUN);
    }
    try (KernelRing ring = KernelRing.open(SMALL.without(SetupFlag.DEFER_TASKRUN))) {
      assertNotEquals(0, ring.info().setupFlags() & Setup.IORING_SETUP_COOP_TASKRUN);
      assertNotEquals(0, ring.info().setupFlags() & Setup.IORING_SETUP_TASKRUN_FLAG);
    }
  }

  /** Nobody calls the kernel, and everything happens; when it sleeps, one call wakes it. */
  @Test
  void sqThreadWorksWithoutCallsAndIsWoken() throws Exception {
    try (KernelRing ring = KernelRing.open(SMALL.withSqThread(200, -1))) {
      assertTrue(Integer.parseInt(FdInfo.get(ring, "SqThread")) > 0);
      nops(ring, 1);
      settle(ring, 1);
      int quiet = 0;
      for (int round = 0; round < 300; round++) {
        nops(ring, 4);
        long calls = ring.info().systemCalls();
        ring.submit();
        while (ring.pending() > 0) {
          Thread.onSpinWait();
        }
        came.clear();
        while (came.size() < 4) {
          ring.reap(handler, 64);
        }
        quiet += ring.info().systemCalls() == calls ? 1 : 0;
        if (round % 100 == 99) {
          awaitSleep(ring);
        }
      }
      assertTrue(quiet >= 100, "rounds without a call: " + quiet);
      awaitSleep(ring);
      long calls = ring.info().systemCalls();
      nops(ring, 4);
      ring.submit();
      assertEquals(calls + 1, ring.info().systemCalls(), "it sleeps: one call to wake it");
      settle(ring, 4);
    }
  }

  /** Until the kernel asks to be woken: its thread has had nothing to do for 200 ms. */
  private static void awaitSleep(KernelRing ring) throws InterruptedException {
    while ((ring.sqFlags() & RingMemory.IORING_SQ_NEED_WAKEUP) == 0) {
      Thread.sleep(20);
    }
  }

  /** More entries than the queue has, each submitted alone, while the thread may sleep or work. */
  @Test
  void sqThreadUnderLoadLosesNothing() throws ErrnoException {
    try (KernelRing ring = KernelRing.open(SMALL.withSqThread(1, -1))) {
      long[] sum = new long[1];
      int count = 20_000;
      for (int i = 0; i < count; i++) {
        long at = ring.claim();
        while (at < 0) {
          ring.submit();
          ring.reap((tag, result, flags) -> sum[0] += tag, 64);
          at = ring.claim();
        }
        Nop.prep(ring.entries(), at, i);
        if (i % 3 == 0) {
          ring.submit();
        }
      }
      while (ring.inFlight() > 0) {
        ring.await(1, 0);
        ring.reap((tag, result, flags) -> sum[0] += tag, 64);
      }
      assertEquals((long) count * (count - 1) / 2, sum[0]);
      assertEquals(0, ring.pending());
    }
  }

  @Test
  void sqThreadIsBoundToItsProcessor() throws ErrnoException {
    int cpu = Runtime.getRuntime().availableProcessors() - 1;
    try (KernelRing ring = KernelRing.open(SMALL.withSqThread(100, cpu))) {
      assertNotEquals(0, ring.info().setupFlags() & Setup.IORING_SETUP_SQ_AFF);
      nops(ring, 2);
      settle(ring, 2);
      assertEquals(cpu, Integer.parseInt(FdInfo.get(ring, "SqThreadCpu")));
    }
    ErrnoException refused =
        assertThrows(
            ErrnoException.class, () -> KernelRing.open(SMALL.withSqThread(100, 100_000)).close());
    assertEquals(Errno.EINVAL, refused.errno());
    assertTrue(refused.getMessage().contains("processor 100000"), refused.getMessage());
  }

  @Test
  void attachedRingsShareTheSqThread() throws ErrnoException {
    RingOptions polled = SMALL.withSqThread(100, -1);
    try (KernelRing ring = KernelRing.open(polled);
        KernelRing attached = KernelRing.open(polled.withWorkQueue(ring.fd()));
        KernelRing other = KernelRing.open(polled)) {
      assertNotEquals(0, attached.info().setupFlags() & Setup.IORING_SETUP_ATTACH_WQ);
      assertEquals(FdInfo.get(ring, "SqThread"), FdInfo.get(attached, "SqThread"));
      assertNotEquals(FdInfo.get(ring, "SqThread"), FdInfo.get(other, "SqThread"));
      for (KernelRing each : List.of(ring, attached, other)) {
        nops(each, 8);
        settle(each, 8);
      }
    }
    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> KernelRing.open(SMALL.withWorkQueue(0)).close());
    assertTrue(refused.getMessage().contains("descriptor 0 is not a ring's"), refused.getMessage());
  }

  /** With 64 bytes from one to the next, the kernel would take every second for another. */
  @Test
  void entriesOf128BytesAndCompletionsOf32() throws ErrnoException {
    try (KernelRing ring = KernelRing.open(SMALL.with(SetupFlag.SQE128).with(SetupFlag.CQE32))) {
      assertEquals(8 * 128, ring.entries().byteSize());
      for (int round = 0; round < 5; round++) {
        ring.entries().fill((byte) -1);
        for (int i = 0; i < 8; i++) {
          if (i % 2 == 0) {
            Nop.extended(ring.entries(), ring.claim(), 7 * i, -i, i);
          } else {
            Nop.prep(ring.entries(), ring.claim(), i);
          }
        }
        settle(ring, 8);
        for (int i = 0; i < 8; i++) {
          long[] one = came.get(i);
          assertEquals(i, one[0]);
          assertEquals(0, one[1]);
          assertEquals(i % 2 == 0 ? 7 * i : 0, one[2]);
          assertEquals(i % 2 == 0 ? -i : 0, one[3]);
        }
      }
      assertEquals(16, ring.capacity());
    }
  }

  /** Polled reads need a device with queues for that: else the kernel says so in the completion. */
  @Test
  void polledReadsAndWhatCannotBePolled(@TempDir Path directory) throws IOException {
    String path = directory.resolve("file").toString();
    java.nio.file.Files.write(Path.of(path), new byte[4096]);
    try (Arena arena = Arena.ofShared();
        KernelRing ring = KernelRing.open(SMALL.with(SetupFlag.IOPOLL))) {
      MemorySegment memory = arena.allocate(4096, 4096);
      int direct = ErrnoException.check("open", Files.open(path, O_DIRECT, 0));
      int buffered = ErrnoException.check("open", Files.open(path, 0, 0));
      Read.prep(ring.entries(), ring.claim(), direct, memory.address(), 4096, 0, 0, 1);
      Read.prep(ring.entries(), ring.claim(), buffered, memory.address(), 4096, 0, 0, 2);
      Timeout.prep(ring.entries(), ring.claim(), memory.address(), 0, 0, 3);
      settle(ring, 3);
      came.sort((a, b) -> Long.compare(a[0], b[0]));
      long read = came.get(0)[1];
      assertTrue(read == 4096 || read == -Errno.EOPNOTSUPP, "O_DIRECT: " + read);
      assertEquals(-Errno.EOPNOTSUPP, came.get(1)[1], "without O_DIRECT");
      assertEquals(-Errno.EINVAL, came.get(2)[1], "a timeout is no device's");
      Files.close(direct);
      Files.close(buffered);
      nops(ring, 8);
    }
  }

  @Test
  void workersAreCappedUnlessAskedOtherwise() throws ErrnoException {
    try (KernelRing ring = KernelRing.open(SMALL)) {
      assertEquals(256, ring.registrations().workers(0, 0)[1]);
      int[] before = ring.registrations().workers(3, 5);
      assertEquals(256, before[1]);
      assertTrue(before[0] > 0, "the kernel's own limit for files: " + before[0]);
      assertEquals(3, ring.registrations().workers(0, 0)[0]);
      assertEquals(5, ring.registrations().workers(0, 0)[1]);
    }
    try (KernelRing ring = KernelRing.open(SMALL.withWorkers(7))) {
      assertEquals(7, ring.registrations().workers(0, 0)[1]);
      assertThrows(IllegalArgumentException.class, () -> ring.registrations().workers(-1, 0));
    }
    KernelRing.open(SMALL).close(); // the thread's rings begin with 256 again
  }

  @Test
  void whatAnOlderKernelLacksIsNamedWithTheVersion() throws ErrnoException {
    int wide = SetupFlag.SQE128.bit();
    Older.hide(new Older(Setup.IORING_FEAT_MIN_TIMEOUT, wide, Set.of()));
    try (KernelRing ring = KernelRing.open(SMALL)) {
      ErrnoException refused =
          assertThrows(
              ErrnoException.class, () -> KernelRing.open(SMALL.with(SetupFlag.SQE128)).close());
      assertEquals(Errno.EINVAL, refused.errno());
      assertTrue(refused.getMessage().contains("SQE128 needs Linux 5.19"), refused.getMessage());
      refused = assertThrows(ErrnoException.class, () -> ring.await(1, 1, 1000));
      assertEquals(Errno.EOPNOTSUPP, refused.errno());
      assertTrue(refused.getMessage().contains("needs Linux 6.12"), refused.getMessage());
    } finally {
      Older.hide(Older.NONE);
    }
  }

  @Test
  void theyAreInTheDocumentation() throws IOException {
    Path page = Path.of("../docs/kernel-rings.md");
    String text = java.nio.file.Files.readString(page);
    for (SetupFlag flag : SetupFlag.values()) {
      String line =
          "| `%s` | %s | %s |"
              .formatted(flag, flag.since(), flag.isRequired() ? "refused" : "done without");
      assertTrue(text.contains(line), () -> page + " must have " + line);
    }
  }

  @Test
  void whatCannotBeIsRefusedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> SMALL.withSqThread(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> SMALL.withSqThread(1, -2));
    assertThrows(IllegalArgumentException.class, () -> SMALL.withWorkQueue(-2));
    assertThrows(IllegalArgumentException.class, () -> SMALL.withWorkers(-1));
    assertThrows(IllegalArgumentException.class, () -> SMALL.with(SetupFlag.HYBRID_IOPOLL));
    assertThrows(
        IllegalArgumentException.class, () -> SMALL.withEntries(1, 2).with(SetupFlag.CQE_MIXED));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new RingOptions(
                8,
                16,
                RingOptions.Policy.REQUIRE,
                Set.of(SetupFlag.SQPOLL, SetupFlag.DEFER_TASKRUN),
                0,
                -1,
                -1,
                0,
                1));
    RingOptions polled = SMALL.withSqThread(100, 1);
    assertEquals(SMALL, polled.with(SetupFlag.DEFER_TASKRUN));
    assertEquals(0, polled.without(SetupFlag.SQPOLL).sqThreadIdle());
    assertFalse(SMALL.with(SetupFlag.SQPOLL).has(SetupFlag.DEFER_TASKRUN), "it has to go");
  }
}
