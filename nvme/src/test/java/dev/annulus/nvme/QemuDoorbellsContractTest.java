// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** With a write to a register for each doorbell. */
class QemuDoorbellsContractTest extends QemuContractTest {
  @Override
  ControllerOptions options() {
    return ControllerOptions.DEFAULT.withShadowDoorbells(false);
  }
}
