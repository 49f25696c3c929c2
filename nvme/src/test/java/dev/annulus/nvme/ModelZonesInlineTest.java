// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelZonesInlineTest extends ZoneContract {
  @Override
  Transport open() throws Exception {
    return ZonedModel.builder().build();
  }
}
