// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.Nop;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel follows the indirect array; the contracts run with it too, see KernelRingTest. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class SqArrayTest {
  private static final int COUNT = 5;

  @Test
  void kernelTakesSwappedEntriesInTheirNewOrder() throws ErrnoException {
    Setup setup = Setup.run(RingOptions.DEFAULT.withEntries(8, 16).without(SetupFlag.NO_SQARRAY));
    try (Arena arena = Arena.ofConfined()) {
      RingMemory memory = new RingMemory(setup);
      Enter enter = new Enter(setup.fd, arena);
      CqReader completions = new CqReader(memory.cq);
      for (int round = 0; round < 100; round++) {
        for (int i = 0; i < COUNT; i++) {
          Nop.prep(memory.sq.slots(), memory.sq.claim(), i);
        }
        memory.sq.swap(0, 4);
        memory.sq.swap(1, 2);
        memory.sq.publish();
        assertEquals(COUNT, enter.await(COUNT, COUNT));
        List<Long> order = new ArrayList<>();
        int ready = memory.cq.refresh();
        completions.take((userData, result, flags) -> order.add(userData), ready, COUNT);
        memory.cq.release();
        assertEquals(List.of(4L, 2L, 1L, 3L, 0L), order);
      }
      memory.close();
    } finally {
      Files.close(setup.fd);
    }
  }
}
