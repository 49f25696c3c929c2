// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelZoneLoadInlineTest extends ZoneLoadContract {
  @Override
  Transport open() throws Exception {
    return ZonedModel.builder().threaded(false).build();
  }
}
