// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.Operation;
import dev.annulus.uring.op.PollAdd;
import dev.annulus.uring.op.Read;
import dev.annulus.uring.op.Write;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a ring for all threads does, whoever serves it. */
@Timeout(value = 60, unit = SECONDS)
abstract class SharedRingContract {
  @TempDir Path directory;
  private Arena arena;
  private SharedRing ring;
  private int event;
  private int fd;

  abstract RingOptions options();

  @BeforeEach
  void open() throws ErrnoException {
    arena = Arena.ofShared();
    ring = SharedRing.open(options().withEntries(8, 16));
    event = ErrnoException.check("eventfd", Events.eventfd(false));
    String path = directory.resolve("f").toString();
    fd = ErrnoException.check("open", Files.open(path, Files.O_RDWR | Files.O_CREAT, 0600));
  }

  @AfterEach
  void close() {
    ring.close();
    Files.close(event);
    Files.close(fd);
    arena.close();
  }

  /** Never completes by itself. */
  private Operation never() {
    return new PollAdd(event, Events.EPOLLIN, 0);
  }

  @Test
  void callsFromManyVirtualThreads() throws Exception {
    MemorySegment file = arena.allocate(8 * 500, 8);
    for (int i = 0; i < 500; i++) {
      file.setAtIndex(JAVA_LONG, i, i * 31L);
    }
    assertEquals(4000, ring.call(new Write(fd, file, 0, 0)));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> read = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        MemorySegment buffer = arena.allocate(8, 8);
        long offset = 8L * i;
        read.add(
            threads.submit(() -> {
              assertEquals(8, ring.call(new Read(fd, buffer, offset, 0)));
              return buffer.get(JAVA_LONG, 0);
            }));
      }
      for (int i = 0; i < 500; i++) {
        assertEquals(i * 31L, read.get(i).get());
      }
    }
  }

  @Test
  void aFailureIsTheCallersOwn() {
    Operation closed = new Read(1 << 20, arena.allocate(1), 0, 0);
    ErrnoException refused = assertThrows(ErrnoException.class, () -> ring.call(closed));
    assertEquals(Errno.EBADF, refused.errno());
    assertTrue(
        List.of(refused.getStackTrace()).stream()
            .anyMatch(frame ->
                frame.getMethodName().equals("aFailureIsTheCallersOwn")
                    || frame.getMethodName().startsWith("lambda$aFailureIsTheCallersOwn")),
        "the stack is that of the caller");
    ExecutionException later =
        assertThrows(ExecutionException.class, () -> ring.start(closed).get());
    assertEquals(Errno.EBADF, assertInstanceOf(ErrnoException.class, later.getCause()).errno());
  }

  @Test
  void moreThanTheRingHasRoomForWaits() throws Exception {
    List<CompletableFuture<Integer>> polls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      polls.add(ring.start(never()));
    }
    Events.signal(event);
    for (CompletableFuture<Integer> poll : polls) {
      assertEquals(Events.EPOLLIN, poll.get());
    }
  }

  @Test
  void aTimeoutCancels() throws Exception {
    assertThrows(TimeoutException.class, () -> ring.call(never(), Duration.ofMillis(20)));
    assertEquals(0, ring.call(new Nop(), Duration.ofMinutes(1)));
    assertThrows(
        ErrnoException.class,
        () -> ring.call(new Read(1 << 20, arena.allocate(1), 0, 0), Duration.ofMinutes(1)));
  }

  @Test
  void anInterruptCancels() throws Exception {
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            ring.call(never());
          } catch (InterruptedException e) {
            interrupted.set(true);
          } catch (ErrnoException e) {
            throw new AssertionError(e);
          }
        });
    while (caller.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    caller.join();
    assertTrue(interrupted.get());
  }

  @Test
  void whatCompletedInSpiteOfAnInterruptHasItsResult() throws Exception {
    Thread.currentThread().interrupt();
    int res;
    try {
      res = ring.call(new Nop());
    } catch (InterruptedException e) {
      assertFalse(Thread.currentThread().isInterrupted());
      return;
    }
    assertEquals(0, res);
    assertTrue(Thread.interrupted());
  }

  @Test
  void aFutureIsCancelledByTheKernel() {
    CompletableFuture<Integer> poll = ring.start(never());
    assertTrue(poll.cancel(true));
    assertThrows(CancellationException.class, poll::join);
    assertTrue(poll.isCancelled());
    assertFalse(poll.cancel(true));
  }

  @Test
  void aFuturesTimeoutWaitsForTheKernel() {
    CompletableFuture<Integer> poll = ring.start(never()).orTimeout(10, MILLISECONDS);
    ExecutionException late = assertThrows(ExecutionException.class, poll::get);
    assertInstanceOf(TimeoutException.class, late.getCause());
    CompletableFuture<Integer> other = ring.start(never()).completeOnTimeout(77, 10, MILLISECONDS);
    assertEquals(77, other.join());
  }

  @Test
  void nobodyMayInventAResult() throws Exception {
    CompletableFuture<Integer> nop = ring.start(new Nop());
    assertThrows(UnsupportedOperationException.class, () -> nop.obtrudeValue(3));
    assertThrows(UnsupportedOperationException.class, () -> nop.obtrudeException(new Exception()));
    assertEquals(0, nop.get());
    assertFalse(nop.complete(3));
    assertEquals("0!", ring.start(new Nop()).thenApply(res -> res + "!").get());
  }

  @Test
  void closingEndsWhatIsInFlight() {
    List<CompletableFuture<Integer>> polls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      polls.add(ring.start(never()));
    }
    ring.close();
    for (CompletableFuture<Integer> poll : polls) {
      assertThrows(CancellationException.class, poll::join);
    }
    assertThrows(IllegalStateException.class, () -> ring.start(new Nop()));
    ring.close();
  }

  @Test
  void theRingsThreadCannotWaitForItsOwnEnd() {
    CompletableFuture<Void> closing = ring.start(never()).thenAccept(res -> ring.close());
    Events.signal(event);
    ExecutionException refused = assertThrows(ExecutionException.class, closing::get);
    assertInstanceOf(IllegalStateException.class, refused.getCause());
  }

  @Test
  void anOperationThatCannotBeWrittenFailsAlone() throws Exception {
    Operation broken =
        new Operation() {
          @Override
          public int opcode() {
            return 0;
          }

          @Override
          public void prepare(MemorySegment entries, long at, long tag) {
            throw new IllegalArgumentException("broken");
          }
        };
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> ring.start(broken).get());
    assertEquals("broken", failed.getCause().getMessage());
    assertEquals(0, ring.call(new Nop()));
  }

  @Test
  void whatCannotBeSharedIsRefused() {
    for (int flag :
        new int[] {SqEntry.IOSQE_IO_LINK, SqEntry.IOSQE_IO_HARDLINK, SqEntry.IOSQE_IO_DRAIN}) {
      Operation ordered = new Nop().withFlags(flag).withBuffers(1);
      assertThrows(IllegalArgumentException.class, () -> ring.start(ordered));
    }
    for (SetupFlag flag : new SetupFlag[] {SetupFlag.IOPOLL, SetupFlag.R_DISABLED}) {
      RingOptions options = options().with(flag);
      assertThrows(IllegalArgumentException.class, () -> SharedRing.open(options));
    }
  }
}
