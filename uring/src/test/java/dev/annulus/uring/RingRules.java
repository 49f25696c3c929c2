// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.Close;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.PollAdd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a ring may be used, and how it ends: the same for all. */
abstract class RingRules {
  private static final CompletionHandler DROP = (tag, result, flags) -> {};

  private Ring ring;
  private int event;

  abstract RingOptions options();

  @BeforeEach
  void open() throws ErrnoException {
    ring = Rings.open(options().withEntries(4, 8));
    event = ErrnoException.check("eventfd", Events.eventfd(true));
  }

  @AfterEach
  void close() {
    ring.close();
    Files.close(event);
  }

  private static void nop(Ring ring, long tag) {
    long at = ring.claim();
    assertTrue(at >= 0, "a free entry");
    Nop.prep(ring.entries(), at, tag);
  }

  /** As many polls as there is room for, none of which will complete by itself. */
  private static void fillWithPolls(Ring ring, int event) throws ErrnoException {
    while (ring.inFlight() < ring.capacity()) {
      PollAdd.prep(ring.entries(), ring.claim(), event, Events.EPOLLIN, 0, ring.inFlight());
      ring.submit();
    }
  }

  @Test
  void aFullRingCanBeClosed() throws IOException {
    Rings.open(options().withEntries(1, 1)).close(); // what is made once a process is made now
    Leaks before = Leaks.now();
    for (int entries = 1; entries <= 8; entries *= 2) {
      Ring full = Rings.open(options().withEntries(entries, entries));
      fillWithPolls(full, event);
      assertEquals(-1, full.claim());
      full.close();
    }
    assertEquals(before, Leaks.now());
  }

  @Test
  void entriesThatWereNotHandedOverAreAtClose() throws ErrnoException {
    Ring other = Rings.open(options().withEntries(4, 8));
    int fd = ErrnoException.check("eventfd", Events.eventfd(true));
    Close.prep(other.entries(), other.claim(), fd, 0, 1);
    other.close();
    assertEquals(-Errno.EBADF, Files.close(fd), "the ring closed it");
  }

  @Test
  void aHandlerMaySubmitAndNothingOverflows() throws ErrnoException {
    int rounds = 10_000;
    int[] completed = new int[1];
    CompletionHandler again =
        (tag, result, flags) -> {
          assertEquals(0, result);
          completed[0]++;
          if (tag < rounds) {
            nop(ring, tag + ring.capacity());
            try {
              ring.submit();
            } catch (ErrnoException e) {
              throw new AssertionError(e);
            }
          }
        };
    for (int i = 0; i < ring.capacity(); i++) {
      nop(ring, i);
      ring.submit();
    }
    while (ring.inFlight() > 0) {
      ring.await(1, 0);
      ring.reap(again, 64);
    }
    assertTrue(completed[0] > rounds, completed[0] + " completions");
    assertEquals(0, ring.info().overflows());
  }

  @Test
  void reapTakesWhatWasThereAndNoMore() throws ErrnoException {
    nop(ring, 0);
    nop(ring, 1);
    nop(ring, 2);
    ring.await(3, 0);
    assertEquals(1, ring.reap(DROP, 1));
    assertEquals(2, ring.inFlight());
    assertEquals(2, ring.reap((tag, result, flags) -> nop(ring, tag), 64), "not those made now");
    assertEquals(0, ring.reap(DROP, 0));
    ring.await(2, 0);
    assertEquals(2, ring.reap(DROP, 64));
    assertEquals(0, ring.reap(DROP, 64), "none is left");
  }

  @Test
  void whatAHandlerThrowsComesOutAndTheRestRemains() throws ErrnoException {
    nop(ring, 1);
    nop(ring, 2);
    nop(ring, 3);
    ring.await(3, 0);
    List<Long> seen = new ArrayList<>();
    CompletionHandler fails =
        (tag, result, flags) -> {
          seen.add(tag);
          if (tag == 2) {
            throw new ArithmeticException("of the handler");
          }
        };
    assertThrows(ArithmeticException.class, () -> ring.reap(fails, 64));
    assertEquals(1, ring.inFlight());
    assertEquals(1, ring.reap(fails, 64));
    assertEquals(List.of(1L, 2L, 3L), seen);
  }

  @Test
  void aHandlerMayNotWaitOrClose() throws ErrnoException {
    nop(ring, 1);
    ring.await(1, 0);
    ring.reap(
        (tag, result, flags) -> {
          assertThrows(IllegalStateException.class, () -> ring.await(1, 1));
          assertThrows(IllegalStateException.class, () -> ring.reap(DROP, 1));
          assertThrows(IllegalStateException.class, ring::close);
        },
        1);
    nop(ring, 2);
    ring.await(1, 0);
    assertEquals(1, ring.reap(DROP, 1), "it works on");
  }

  @Test
  void aWaitThatCouldNotEndIsRefused() throws ErrnoException {
    assertThrows(IllegalStateException.class, () -> ring.await(1, 0));
    assertThrows(IllegalArgumentException.class, () -> ring.await(0, 1));
    assertThrows(IllegalArgumentException.class, () -> ring.await(9, 1));
    assertEquals(0, ring.await(1, 1_000_000), "with a time-out it ends");
    assertThrows(IllegalStateException.class, ring::unclaim);
  }

  @Test
  void anInterruptDoesNotEndAWait() throws ErrnoException {
    PollAdd.prep(ring.entries(), ring.claim(), event, Events.EPOLLIN, 0, 1);
    ring.submit();
    Thread owner = Thread.currentThread();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              owner.interrupt();
              Events.signal(event);
            });
    assertEquals(1, ring.await(1, 0));
    assertEquals(1, ring.reap(DROP, 1));
    while (other.isAlive()) {
      Thread.onSpinWait();
    }
    assertTrue(Thread.interrupted(), "the interrupt is kept for the owner");
  }

  @Test
  void veryLongTimeOutsAreNone() throws ErrnoException {
    nop(ring, 1);
    assertEquals(1, ring.await(1, Long.MAX_VALUE));
    ring.reap(DROP, 1);
  }

  @Test
  void aVirtualThreadCannotOwnARing() throws InterruptedException {
    FutureTask<Ring> opening = new FutureTask<>(() -> Rings.open(options()));
    Thread.ofVirtual().start(opening).join();
    Throwable cause = assertThrows(ExecutionException.class, opening::get).getCause();
    assertEquals(IllegalStateException.class, cause.getClass());
    assertTrue(cause.getMessage().contains("platform thread"), cause.getMessage());
  }

  @Test
  void heapMemoryCannotBeRegistered() {
    MemorySegment heap = MemorySegment.ofArray(new byte[4096]);
    assertThrows(IllegalArgumentException.class, () -> ring.registerBuffers(heap));
  }

  @Test
  void infoOutlivesTheRing() throws ErrnoException {
    Ring other = Rings.open(options());
    RingInfo open = other.info();
    other.close();
    assertEquals(open.cqEntries(), other.info().cqEntries());
    assertEquals(open.kind(), other.info().kind());
    assertFalse(open.toJson().isEmpty());
  }

  @Test
  void twentyRingsOfOneThread() throws IOException {
    Leaks before = Leaks.now();
    List<Ring> rings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rings.add(Rings.open(options().withEntries(4, 8)));
    }
    for (Ring one : rings) {
      nop(one, 7);
      assertEquals(1, one.await(1, 0));
      assertEquals(1, one.reap((tag, result, flags) -> assertEquals(7, tag), 8));
    }
    rings.forEach(Ring::close);
    assertEquals(before, Leaks.now());
  }
}
