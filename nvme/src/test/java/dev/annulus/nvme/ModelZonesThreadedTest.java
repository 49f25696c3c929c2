// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelZonesThreadedTest extends ZoneContract {
  @Override
  Transport open() throws Exception {
    return ZonedModel.builder().readsAcrossZones().appendLimit(3).threaded(true).build();
  }
}
