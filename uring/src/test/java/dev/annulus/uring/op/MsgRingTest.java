// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.KernelRing;
import org.junit.jupiter.api.Test;

class MsgRingTest extends OperationTest {
  @Test
  void postsACompletionToAnotherRing() throws ErrnoException {
    try (KernelRing other = KernelRing.open(KERNEL)) {
      assertEquals(0, run(new MsgRing(other.fd(), 123, 456)));
      assertEquals(1, other.await(1, 20_000_000_000L));
      long[] told = new long[2];
      other.reap(
          (tag, res, flags) -> {
            told[0] = tag;
            told[1] = res;
          },
          1);
      assertEquals(456, told[0]);
      assertEquals(123, told[1]);
      assertEquals(0, other.inFlight(), "it was no operation of that ring");
      assertEquals(0, ring.inFlight());
    }
  }

  @Test
  void wantsARing() {
    fails(Errno.EBADFD, new MsgRing(file("f"), 0, 0));
  }
}
