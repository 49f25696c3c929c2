// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.Timeout;

/** Waiting on VFIO; run by {@code ./dev guest}. */
@Timeout(300)
class VfioWait extends WaitContract {
  @Override
  Transport open() throws Exception {
    return VfioGuest.open();
  }
}
