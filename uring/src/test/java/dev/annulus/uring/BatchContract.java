// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.PollAdd;
import dev.annulus.uring.op.Read;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a batch does, on every ring. */
@Timeout(value = 60, unit = SECONDS)
abstract class BatchContract {
  private static final int MOST = 40;

  private final Arena arena = Arena.ofShared();
  private Ring ring;
  private Batch batch;
  private int event;

  abstract RingOptions options();

  @BeforeEach
  void open() throws ErrnoException {
    ring = Rings.open(options().withEntries(8, options().has(SetupFlag.CQE_MIXED) ? 256 : 128));
    batch = new Batch(ring, MOST);
    event = ErrnoException.check("eventfd", Events.eventfd(false));
  }

  @AfterEach
  void close() {
    ring.close();
    Files.close(event);
    arena.close();
  }

  @Test
  void runsMoreThanTheQueueHolds() throws ErrnoException {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < MOST; i++) {
        assertEquals(i, batch.add(new Nop()));
      }
      assertThrows(IllegalStateException.class, () -> batch.add(new Nop()));
      assertTrue(batch.run(0));
      for (int i = 0; i < MOST; i++) {
        assertEquals(0, batch.result(i));
        assertFalse(batch.cancelled(i));
      }
      assertThrows(IllegalStateException.class, () -> batch.run(0));
      assertThrows(IndexOutOfBoundsException.class, () -> batch.result(MOST));
      batch.clear();
    }
    assertEquals(0, ring.inFlight());
  }

  @Test
  void eachHasItsOwnResult() throws ErrnoException {
    batch.add(new Nop());
    batch.add(new Read(1 << 20, arena.allocate(1), 0, 0));
    assertThrows(IllegalStateException.class, () -> batch.result(0));
    assertTrue(batch.run(0));
    assertEquals(0, batch.result(0));
    ErrnoException closed = assertThrows(ErrnoException.class, () -> batch.result(1));
    assertEquals(Errno.EBADF, closed.errno());
  }

  @Test
  void aTimeoutEndsEveryOperation() throws ErrnoException {
    batch.add(new Nop());
    for (int i = 1; i < MOST; i++) {
      batch.add(new PollAdd(event, Events.EPOLLIN, 0));
    }
    assertFalse(batch.run(10_000_000));
    assertEquals(0, ring.inFlight(), "nothing is the kernel's any more");
    assertEquals(0, batch.result(0));
    assertFalse(batch.cancelled(0));
    for (int i = 1; i < MOST; i++) {
      assertTrue(batch.cancelled(i));
    }
    batch.clear();
    batch.add(new Nop());
    assertTrue(batch.run(0), "the ring is as good as before");
  }

  @Test
  void wantsTheRingForItself() throws ErrnoException {
    PollAdd.prep(ring.entries(), ring.claim(), event, Events.EPOLLIN, 0, 1);
    batch.add(new Nop());
    assertThrows(IllegalStateException.class, () -> batch.run(0));
    assertThrows(IllegalArgumentException.class, () -> new Batch(ring, ring.capacity()));
    assertThrows(IllegalArgumentException.class, () -> new Batch(ring, 0));
  }

  @Test
  void nothingToDoIsDone() throws ErrnoException {
    assertTrue(batch.run(0));
    assertEquals(0, batch.size());
  }

  @Test
  void linksDoNotReachOverTheEndOfTheQueue() throws ErrnoException {
    try (Ring ring = Rings.open(options().withEntries(2, 16))) {
      Batch batch = new Batch(ring, 4);
      Nop linked = new Nop();
      batch.add(linked.withFlags(SqEntry.IOSQE_IO_LINK));
      assertThrows(
          IllegalArgumentException.class,
          () -> batch.add(linked.withFlags(SqEntry.IOSQE_IO_HARDLINK)));
      assertEquals(1, batch.size());
    }
  }
}
