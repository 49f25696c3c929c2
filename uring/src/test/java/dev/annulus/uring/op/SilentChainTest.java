// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.SilentChain;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Chains with one completion: that is what they are counted as, wherever they break. */
class SilentChainTest extends OperationTest {
  private static final Operation BAD = new Fsync(1_000_000, 0, 0, 0);

  /** One completion comes, and no other after it. */
  private void comes(long tag, int result, Operation... operations) throws ErrnoException {
    assertTrue(SilentChain.queue(kernel(), 10, operations));
    assertEquals(1, ring.inFlight());
    assertEquals(result, completion(tag));
    assertEquals(0, ring.inFlight());
    assertEquals(0, ring.await(1, 1_000_000));
  }

  @Test
  void successIsTheLastOnes() throws IOException {
    int file = file("f");
    comes(12, 0, new Write(file, text("abc"), 0, 0), new Fsync(file, 0, 0, 0), new Nop());
    assertEquals("abc", Files.readString(directory.resolve("f")));
    MemorySegment back = arena.allocate(3);
    comes(11, 3, new Write(file, text("xyz"), 0, 0), new Read(file, back, 0, 0));
    assertEquals("xyz", text(back, 3));
  }

  @Test
  void failureIsThatOfTheOneThatFailed() throws ErrnoException {
    comes(10, -Errno.EBADF, BAD, new Nop(), new Nop());
    comes(11, -Errno.EBADF, new Nop(), BAD, new Nop());
    comes(12, -Errno.EBADF, new Nop(), new Nop(), BAD);
    int async = SqEntry.IOSQE_ASYNC;
    comes(11, -Errno.EBADF, new Nop().withFlags(async), BAD.withFlags(async), new Nop());
  }

  /** What the kernel refuses as it is written: none of the chain runs. */
  @Test
  void aMalformedChainDoesNothing() throws ErrnoException {
    Operation malformed = new Fsync(file("f"), 0, 0, -1);
    comes(10, -Errno.EINVAL, malformed, new Nop());
    comes(10, -Errno.ECANCELED, new Nop(), malformed, new Nop());
    comes(10, -Errno.ECANCELED, new Nop(), malformed);
  }

  @Test
  void itIsCancelledAsAWhole() throws ErrnoException {
    int[] pipe = pipe();
    Operation read = new Read(pipe[0], arena.allocate(1), -1, 0);
    assertTrue(SilentChain.queue(kernel(), 10, read, read, new Nop()));
    ring.submit();
    start(new AsyncCancel(10, -1, 0, 0), 0, 2);
    assertEquals(-Errno.ECANCELED, completions(2).get(10L));
    assertEquals(0, ring.inFlight());
  }

  @Test
  void closeWaitsForChains() throws ErrnoException {
    int[] pipe = pipe();
    Operation read = new Read(pipe[0], arena.allocate(1), -1, 0);
    for (int i = 0; i < 4; i++) {
      assertTrue(SilentChain.queue(kernel(), 10L * i, read, new Nop(), read));
    }
    ring.submit();
    assertEquals(4, ring.inFlight());
    ring.close();
    assertEquals(0, ring.inFlight());
  }

  /** Mixed with others, breaking anywhere or not, many in flight. */
  @Test
  void theCountIsAlwaysRight() throws ErrnoException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      int expected = 0;
      for (int i = 0; i < 3; i++) {
        Operation[] chain = new Operation[2 + random.nextInt(3)];
        for (int j = 0; j < chain.length; j++) {
          Operation one = random.nextInt(8) == 0 ? BAD : new Nop();
          chain[j] = random.nextInt(40) == 0 ? one.withFlags(SqEntry.IOSQE_ASYNC) : one;
        }
        assertTrue(SilentChain.queue(kernel(), 100L * i, chain));
        queue(new Nop(), 0, 1000 + i);
        expected += 2;
      }
      assertEquals(expected, ring.inFlight());
      List<Long> came = new ArrayList<>();
      while (ring.inFlight() > 0) {
        assertTrue(ring.await(1, 20_000_000_000L) > 0, () -> "seed " + seed + ": " + came);
        ring.reap((tag, res, flags) -> came.add(tag), 64);
      }
      assertEquals(expected, came.size(), () -> "seed " + seed + ": " + came);
    }
  }

  @Test
  void whatCannotBeIsRefusedAndLeavesNothing() throws ErrnoException {
    Nop nop = new Nop();
    refuse(nop);
    refuse(nop, nop.withFlags(SqEntry.IOSQE_IO_LINK));
    refuse(nop.withFlags(SqEntry.IOSQE_IO_DRAIN), nop);
    refuse(nop, new LinkTimeout(arena.allocate(16, 8), 0));
    refuse(nop, new SendZc(0, arena.allocate(1), 0, 0));
    Operation[] many = new Operation[17];
    Arrays.fill(many, nop);
    refuse(many);
    queue(nop.withFlags(SqEntry.IOSQE_IO_LINK), 0, 1);
    assertThrows(IllegalStateException.class, () -> SilentChain.queue(kernel(), 10, nop, nop));
    queue(nop, 0, 2);
    for (int i = 0; i < 13; i++) {
      queue(nop, 0, 100 + i);
    }
    assertFalse(SilentChain.queue(kernel(), 10, nop, nop), "one entry is free");
    queue(nop, 0, 200);
    assertEquals(16, completions(16).size());
    assertEquals(0, ring.inFlight());
  }

  private void refuse(Operation... operations) {
    assertThrows(IllegalArgumentException.class, () -> SilentChain.queue(kernel(), 10, operations));
    assertEquals(0, ring.inFlight());
    assertEquals(0, ring.pending());
  }
}
