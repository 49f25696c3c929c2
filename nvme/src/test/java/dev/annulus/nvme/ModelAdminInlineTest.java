// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelAdminInlineTest extends AdminContract {
  @Override
  Transport open() {
    return ModelController.builder()
        .namespace(Backing.memory(4 << 20), 512)
        .management(8 << 20, Backing::memory)
        .build();
  }
}
