// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.Timeout;

/** Metadata on VFIO; run by {@code ./dev guest}. */
@Timeout(300)
class VfioMetadata extends MetadataContract {
  @Override
  Transport open() throws Exception {
    return VfioGuest.open();
  }
}
