// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Waiting for QEMU's controller. */
@Timeout(120)
class QemuWaitTest extends WaitContract {
  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  @Override
  Transport open() throws Exception {
    return Qemu.memory(1 << 20);
  }
}
