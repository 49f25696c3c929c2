// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelWaitThreadedTest extends WaitContract {
  @Override
  Transport open() {
    Backing backing = Backing.memory(8 * Setup.BLOCK);
    return ModelController.builder().namespace(backing, Setup.BLOCK).threaded(true).build();
  }
}
