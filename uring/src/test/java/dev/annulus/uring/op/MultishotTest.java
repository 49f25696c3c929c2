// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Files;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.BufferRing;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operations that complete many times, and count as one until the last. */
class MultishotTest extends OperationTest {
  private static final int GROUP = 3;
  private static final int SIZE = 16;

  private BufferRing group(int buffers, boolean incremental) throws ErrnoException {
    MemorySegment memory = arena.allocate((long) buffers * SIZE);
    BufferRing group = BufferRing.register(kernel(), GROUP, memory, SIZE, incremental);
    for (int id = 0; id < buffers; id++) {
      group.give(id);
    }
    group.publish();
    return group;
  }

  private void send(int fd, String text) {
    assertEquals(text.length(), Files.write(fd, text(text).address(), text.length()));
  }

  @Test
  void receivesUntilTheOtherEndIsDone() throws ErrnoException {
    int[] both = connection();
    try (BufferRing group = group(4, false)) {
      Operation receive =
          new Recv(both[0], MemorySegment.NULL, 0, Recv.IORING_RECV_MULTISHOT).withBuffers(GROUP);
      start(receive, 0, 1);
      for (int i = 0; i < 20; i++) {
        send(both[1], "message " + i);
        int length = completion(1);
        assertTrue(more());
        int id = BufferRing.id(lastFlags);
        assertEquals("message " + i, text(group.buffer(id), length));
        assertEquals(1, ring.inFlight());
        group.give(id);
        group.publish();
      }
      start(new Shutdown(both[1], 1), 0, 2);
      assertEquals(Map.of(1L, 0, 2L, 0), completions(2));
      assertEquals(0, ring.inFlight(), "that was its last");
    }
  }

  @Test
  void endsWithoutBuffersAndIsStartedAgain() throws ErrnoException {
    int[] both = connection();
    try (BufferRing group = group(2, false)) {
      Operation receive =
          new Recv(both[0], MemorySegment.NULL, 0, Recv.IORING_RECV_MULTISHOT).withBuffers(GROUP);
      start(receive, 0, 1);
      send(both[1], "a".repeat(3 * SIZE));
      assertEquals(SIZE, completion(1));
      assertEquals(SIZE, completion(1));
      assertEquals(-Errno.ENOBUFS, completion(1));
      assertFalse(more());
      group.give(0);
      group.publish();
      start(receive, 0, 2);
      assertEquals(SIZE, completion(2), "nothing is lost");
      assertTrue(more());
    }
  }

  /** One buffer for many receives, the data side by side. */
  @Test
  void receivesIncrementally() throws ErrnoException {
    int[] both = connection();
    try (BufferRing group = group(2, true)) {
      start(
          new Recv(both[0], MemorySegment.NULL, 0, Recv.IORING_RECV_MULTISHOT).withBuffers(GROUP),
          0,
          1);
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        send(both[1], "abc");
        assertEquals(3, completion(1));
        int begin = group.begin(lastFlags, 3);
        assertEquals(3 * i, begin);
        assertTrue((lastFlags & CqEntry.IORING_CQE_F_BUF_MORE) != 0);
        all.append(text(group.buffer(BufferRing.id(lastFlags)).asSlice(begin), 3));
      }
      assertEquals("abc".repeat(5), all.toString());
    }
  }

  @Test
  void readsAPipe() throws ErrnoException {
    int[] pipe = pipe();
    try (BufferRing group = group(4, false)) {
      start(new ReadMultishot(pipe[0], GROUP, -1), 0, 1);
      for (int i = 0; i < 10; i++) {
        send(pipe[1], "n" + i);
        assertEquals(2, completion(1));
        int id = BufferRing.id(lastFlags);
        assertEquals("n" + i, text(group.buffer(id), 2));
        group.give(id);
        group.publish();
      }
      cancelled();
    }
  }

  @Test
  void expiresSoManyTimes() throws ErrnoException {
    MemorySegment time = arena.allocateFrom(JAVA_LONG, 0, 1_000_000);
    start(new Timeout(time, 4, Timeout.IORING_TIMEOUT_MULTISHOT), 0, 1);
    for (int i = 0; i < 4; i++) {
      assertEquals(-Errno.ETIME, completion(1));
      assertEquals(i < 3, more());
    }
    assertEquals(0, ring.inFlight());
    start(new Timeout(time, 0, Timeout.IORING_TIMEOUT_MULTISHOT), 0, 1);
    for (int i = 0; i < 10; i++) {
      assertEquals(-Errno.ETIME, completion(1));
      assertTrue(more(), "without a number, for ever");
    }
    cancelled();
  }

  /** Ends number 1, whatever it completes with before that. */
  private void cancelled() throws ErrnoException {
    start(new AsyncCancel(1, -1, 0, 0), 0, 2);
    boolean[] ended = new boolean[3];
    while (ring.inFlight() > 0) {
      assertTrue(ring.await(1, 20_000_000_000L) > 0);
      ring.reap(
          (tag, res, flags) -> {
            ended[(int) tag] = (flags & CqEntry.IORING_CQE_F_MORE) == 0;
            assertTrue(tag == 2 || !ended[1] || res == -Errno.ECANCELED, () -> "result " + res);
          },
          64);
    }
    assertTrue(ended[1] && ended[2]);
  }

  @Test
  void oneCancellationEndsAllOfARegisteredFile() throws ErrnoException {
    int[] pipe = pipe();
    ring.registerFiles(1);
    ring.registerFile(0, pipe[0]);
    int fixed = dev.annulus.ring.SqEntry.IOSQE_FIXED_FILE;
    for (int i = 0; i < 3; i++) {
      start(new PollAdd(0, 1, PollAdd.IORING_POLL_ADD_MULTI).withFlags(fixed), 0, i);
    }
    int how =
        AsyncCancel.IORING_ASYNC_CANCEL_FD
            | AsyncCancel.IORING_ASYNC_CANCEL_FD_FIXED
            | AsyncCancel.IORING_ASYNC_CANCEL_ALL;
    start(new AsyncCancel(0, 0, 0, how), 0, 9);
    assertEquals(3, completions(4).get(9L));
    assertEquals(0, ring.inFlight());
  }
}
