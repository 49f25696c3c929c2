// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** The driver on QEMU's controller, with doorbells in memory. */
@Timeout(120)
class QemuContractTest extends ControllerContract {
  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  @Override
  Transport open() throws Exception {
    return Qemu.memory(blocks() * blockSize());
  }

  @Override
  boolean shadowDoorbells() {
    return true;
  }
}
