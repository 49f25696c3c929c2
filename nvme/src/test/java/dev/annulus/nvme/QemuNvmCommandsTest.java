// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** The optional commands on QEMU's controller. */
@Timeout(120)
class QemuNvmCommandsTest extends NvmCommandsContract {
  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  @Override
  Transport open() throws Exception {
    return Qemu.memory(4 << 20);
  }
}
