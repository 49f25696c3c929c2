// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Zones of QEMU's controller under random commands. */
@Timeout(120)
class QemuZoneLoadTest extends ZoneLoadContract {
  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  @Override
  Transport open() throws Exception {
    return QemuZones.open();
  }

  @Override
  int commands() {
    return 1_000;
  }
}
