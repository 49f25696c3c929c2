// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.FdInfo;
import dev.annulus.uring.KernelRing;
import dev.annulus.uring.SetupFlag;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queues of another size, while operations are in flight and completions wait. */
class ResizeTest extends OperationTest {
  @Test
  void growsAndShrinksWithOperationsInFlight() throws ErrnoException {
    int[] pipe = pipe();
    for (int round = 0; round < 10; round++) {
      int entries = round % 2 == 0 ? 64 : 8;
      start(new PollAdd(pipe[0], 1, 0), 0, 1);
      for (int i = 0; i < 5; i++) {
        queue(new Nop(), 0, 10 + i);
      }
      ring.submit();
      assertEquals(6, ring.inFlight());
      kernel().resize(entries, 2 * entries);
      assertEquals(6, ring.inFlight());
      assertEquals(2 * entries, ring.capacity());
      assertEquals(64L * entries, ring.entries().byteSize());
      assertEquals("0x" + Integer.toHexString(entries - 1), FdInfo.get(kernel(), "SqMask"));
      assertEquals("0x" + Integer.toHexString(2 * entries - 1), FdInfo.get(kernel(), "CqMask"));
      assertEquals(entries, ring.info().entries());
      for (int i = 0; i < 5; i++) {
        assertEquals(0, completion(10 + i));
      }
      start(new AsyncCancel(1, -1, 0, 0), 0, 2);
      assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, 0), completions(2));
      assertEquals(0, ring.inFlight());
      int claimed = 0;
      while (ring.claim() >= 0) {
        claimed++;
      }
      assertEquals(entries, claimed);
      while (claimed-- > 0) {
        ring.unclaim();
      }
    }
  }

  @Test
  void whatCannotBeIsRefused() throws ErrnoException {
    queue(new Nop(), 0, 1);
    assertThrows(IllegalStateException.class, () -> kernel().resize(32, 64), "claimed");
    assertEquals(0, completion(1));
    assertThrows(IllegalArgumentException.class, () -> kernel().resize(0, 64));
    assertThrows(IllegalArgumentException.class, () -> kernel().resize(64, 32));
    for (int i = 0; i < 9; i++) {
      queue(new Nop(), 0, i);
    }
    ring.submit();
    assertThrows(IllegalStateException.class, () -> kernel().resize(4, 8), "9 in flight");
    kernel().resize(4, 16);
    assertEquals(9, completions(9).size());
    try (KernelRing other = KernelRing.open(KERNEL.without(SetupFlag.DEFER_TASKRUN))) {
      ErrnoException refused = assertThrows(ErrnoException.class, () -> other.resize(32, 64));
      assertEquals(Errno.EINVAL, refused.errno());
      assertTrue(refused.getMessage().contains("DEFER_TASKRUN"), refused.getMessage());
    }
  }
}
