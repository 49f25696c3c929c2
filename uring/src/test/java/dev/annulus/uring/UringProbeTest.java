// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class UringProbeTest {
  @Test
  void tellsWhatThereIsAndLeavesNothing() throws IOException {
    UringProbe.run();
    Leaks before = Leaks.now();
    UringProbe probe = UringProbe.run();
    assertEquals(before, Leaks.now());
    assertFalse(probe.kernel().isEmpty());
    assertEquals(probe.usable(), probe.refusal().isEmpty());
    if (probe.usable()) {
      assertTrue(probe.opcodes().contains("READ"), probe::toString);
      assertTrue(probe.features().contains("NODROP"), probe::toString);
      assertTrue(probe.setupFlags().contains("CQSIZE"), probe::toString);
    }
  }

  @Test
  void everyRefusalNamesARemedy() {
    for (int errno : new int[] {Errno.EPERM, Errno.ENOSYS, Errno.ENOMEM, Errno.EMFILE}) {
      assertTrue(Refusal.reason(errno).length() > 20, Errno.name(errno));
    }
  }
}
