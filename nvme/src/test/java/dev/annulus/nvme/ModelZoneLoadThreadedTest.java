// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelZoneLoadThreadedTest extends ZoneLoadContract {
  @Override
  Transport open() throws Exception {
    return ZonedModel.builder().threaded(true).build();
  }
}
