// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.Batch;
import dev.annulus.uring.SharedRing;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sends without a copy: the result, and apart from it the word that the buffer is free. */
class ZeroCopyTest extends OperationTest {
  private static final int RELEASE = Integer.MIN_VALUE;

  /** What came of one operation. */
  private List<Integer> all() throws ErrnoException {
    List<Integer> came = new ArrayList<>();
    while (ring.inFlight() > 0) {
      assertTrue(ring.await(1, 20_000_000_000L) > 0);
      ring.reap(
          (tag, res, flags) -> {
            came.add(SendZc.isRelease(flags) ? RELEASE : res);
          },
          1);
    }
    return came;
  }

  @Test
  void theResultIsNotTheRelease() throws ErrnoException {
    int[] both = connection();
    MemorySegment buffer = arena.allocate(1 << 16).fill((byte) 'z');
    start(new SendZc(both[0], buffer, 0, 0), 0, 1);
    assertEquals(1 << 16, completion(1));
    assertFalse(SendZc.isRelease(lastFlags));
    assertTrue(more());
    assertEquals(1, ring.inFlight(), "the buffer is the kernel's");
    MemorySegment received = arena.allocate(1 << 16);
    int got = 0;
    int released = 0;
    while (got < 1 << 16 || released == 0) {
      if (got < 1 << 16) {
        queue(new Recv(both[1], received.asSlice(got), 0, 0), 0, 2);
      }
      int[] counts = new int[2];
      assertTrue(ring.await(1, 20_000_000_000L) > 0);
      ring.reap(
          (tag, res, flags) -> {
            counts[0] += tag == 2 ? res : 0;
            counts[1] += SendZc.isRelease(flags) ? 1 : 0;
          },
          8);
      got += counts[0];
      released += counts[1];
    }
    assertEquals(1, released);
    assertEquals(0, ring.inFlight());
    assertEquals(-1, received.mismatch(buffer));
  }

  @Test
  void aFailureReleasesToo() throws ErrnoException {
    int[] both = connection();
    run(new Shutdown(both[0], 1));
    MemorySegment buffer = arena.allocate(64);
    start(new SendZc(both[0], buffer, 0x4000, 0), 0, 1); // MSG_NOSIGNAL
    assertEquals(List.of(-Errno.EPIPE, RELEASE), all());
    start(new SendZc(1_000_000, buffer, 0, 0), 0, 1);
    assertEquals(List.of(-Errno.EBADF, RELEASE), all());
  }

  /** The layers above answer the result, after the release. */
  @Test
  void batchesAndSharedRingsWaitForBoth() throws Exception {
    int[] both = connection();
    MemorySegment buffer = text("hello");
    Batch batch = new Batch(ring, 4);
    batch.add(new SendZc(both[0], buffer, 0, SendZc.IORING_SEND_ZC_REPORT_USAGE));
    batch.add(new Recv(both[1], arena.allocate(5), 0, 0));
    assertTrue(batch.run(20_000_000_000L));
    assertEquals(5, batch.result(0));
    assertEquals(5, batch.result(1));
    assertEquals(0, ring.inFlight());
    try (SharedRing shared = SharedRing.open(KERNEL)) {
      var send = shared.start(new SendZc(both[0], buffer, 0, SendZc.IORING_SEND_ZC_REPORT_USAGE));
      assertEquals(5, shared.call(new Recv(both[1], arena.allocate(5), 0, 0)));
      assertEquals(5, send.get());
    }
  }
}
