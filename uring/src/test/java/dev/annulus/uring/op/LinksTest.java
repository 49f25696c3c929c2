// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.Batch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Entries that wait for each other: links, hard links, drains, links with a time-out. */
class LinksTest extends OperationTest {
  private static final int LINK = SqEntry.IOSQE_IO_LINK;
  private static final int HARDLINK = SqEntry.IOSQE_IO_HARDLINK;
  private static final int DRAIN = SqEntry.IOSQE_IO_DRAIN;

  /** Each needs what the one before did: in any other order one would fail. */
  @Test
  void linkedOnesRunInOrder() throws IOException {
    int file = file("f");
    MemorySegment back = arena.allocate(4);
    for (int round = 0; round < 100; round++) {
      String text = "%04d".formatted(round);
      queue(new Write(file, text(text), 0, 0).withFlags(LINK | SqEntry.IOSQE_ASYNC), 0, 1);
      queue(new Fsync(file, 0, 0, 0).withFlags(LINK), 0, 2);
      queue(new Read(file, back, 0, 0).withFlags(LINK), 0, 3);
      start(new Ftruncate(file, 0), 0, 4);
      assertEquals(Map.of(1L, 4, 2L, 0, 3L, 4, 4L, 0), completions(4));
      assertEquals(text, text(back, 4));
    }
    assertEquals(0, Files.size(directory.resolve("f")));
  }

  @Test
  void aFailureCancelsWhatIsLinkedBehindIt() throws ErrnoException {
    queue(new Fsync(1_000_000, 0, 0, 0).withFlags(LINK), 0, 1);
    queue(new Nop().withFlags(LINK), 0, 2);
    queue(new Nop(), 0, 3);
    start(new Nop(), 0, 4);
    int cancelled = -Errno.ECANCELED;
    assertEquals(Map.of(1L, -Errno.EBADF, 2L, cancelled, 3L, cancelled, 4L, 0), completions(4));
    assertEquals(0, ring.inFlight());
  }

  @Test
  void aShortReadBreaksALinkToo() throws IOException {
    Files.writeString(directory.resolve("f"), "abc");
    queue(new Read(file("f"), arena.allocate(8), 0, 0).withFlags(LINK), 0, 1);
    start(new Nop(), 0, 2);
    assertEquals(Map.of(1L, 3, 2L, -Errno.ECANCELED), completions(2));
  }

  @Test
  void aHardLinkHoldsInSpiteOfFailure() throws ErrnoException {
    queue(new Fsync(1_000_000, 0, 0, 0).withFlags(HARDLINK), 0, 1);
    queue(new Nop().withFlags(LINK), 0, 2);
    start(new Nop(), 0, 3);
    assertEquals(Map.of(1L, -Errno.EBADF, 2L, 0, 3L, 0), completions(3));
  }

  @Test
  void aDrainWaitsForAllBeforeIt() throws ErrnoException {
    int[] pipe = pipe();
    start(new PollAdd(pipe[0], 1, 0), 0, 1);
    queue(new Nop().withFlags(DRAIN), 0, 2);
    start(new Nop(), 0, 3);
    assertEquals(0, ring.await(1, 20_000_000), "neither it nor what is behind it");
    put(pipe[1]);
    List<Long> order = new ArrayList<>();
    while (order.size() < 3) {
      ring.await(1, 0);
      ring.reap((tag, res, flags) -> order.add(tag), 3);
    }
    assertEquals(List.of(1L, 2L, 3L), order);
  }

  /** The time-out is that of the one before it; the chain ends with what it ends. */
  @Test
  void aLinkWithATimeoutInTheMiddle() throws ErrnoException {
    int[] pipe = pipe();
    MemorySegment time = arena.allocateFrom(JAVA_LONG, 0, 5_000_000);
    queue(new Nop().withFlags(LINK), 0, 1);
    queue(new Read(pipe[0], arena.allocate(1), -1, 0).withFlags(LINK), 0, 2);
    queue(new LinkTimeout(time, 0).withFlags(LINK), 0, 3);
    start(new Nop(), 0, 4);
    int cancelled = -Errno.ECANCELED;
    assertEquals(Map.of(1L, 0, 2L, cancelled, 3L, -Errno.ETIME, 4L, cancelled), completions(4));
  }

  @Test
  void spliceFromFileToSocketByAPipe() throws IOException {
    Files.writeString(directory.resolve("f"), "0123456789");
    int[] pipe = pipe();
    int[] both = connection();
    queue(new Splice(file("f"), 2, pipe[1], -1, 5, 0).withFlags(LINK), 0, 1);
    start(new Splice(pipe[0], -1, both[0], -1, 5, 0), 0, 2);
    assertEquals(Map.of(1L, 5, 2L, 5), completions(2));
    MemorySegment buffer = arena.allocate(8);
    assertEquals(5, run(new Recv(both[1], buffer, 0, 0)));
    assertEquals("23456", text(buffer, 5));
  }

  @Test
  void aBatchKeepsLinks() throws ErrnoException {
    int file = file("f");
    MemorySegment back = arena.allocate(3);
    Batch batch = new Batch(ring, 8);
    batch.add(new Write(file, text("abc"), 0, 0).withFlags(LINK | SqEntry.IOSQE_ASYNC));
    batch.add(new Read(file, back, 0, 0).withFlags(LINK));
    batch.add(new Fsync(1_000_000, 0, 0, 0).withFlags(LINK));
    batch.add(new Nop());
    assertTrue(batch.run(20_000_000_000L));
    assertEquals(3, batch.result(0));
    assertEquals(3, batch.result(1));
    assertEquals("abc", text(back, 3));
    assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, () -> batch.result(2)).errno());
    assertTrue(batch.cancelled(3));
  }

  @Test
  void silenceIsNotAFlag() {
    assertThrows(
        IllegalArgumentException.class, () -> new Nop().withFlags(SqEntry.IOSQE_CQE_SKIP_SUCCESS));
    assertThrows(IllegalArgumentException.class, () -> new Nop().withFlags(1 << 7));
    assertThrows(IllegalArgumentException.class, () -> new Nop().withBuffers(1 << 16));
  }
}
