// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelNvmCommandsInlineTest extends NvmCommandsContract {
  @Override
  Transport open() {
    Backing backing = Backing.memory(1 << 20);
    return ModelController.builder().namespace(backing, 512).threaded(false).build();
  }
}
