// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelAdminThreadedTest extends AdminContract {
  @Override
  Transport open() {
    return ModelController.builder()
        .namespace(Backing.memory(4 << 20), 4096)
        .management(8 << 20, Backing::memory)
        .threaded(true)
        .build();
  }
}
