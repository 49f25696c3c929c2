// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

class ModelControllerThreadedTest extends ControllerContract {
  @Override
  Transport open() {
    Backing backing = Backing.memory(blocks() * blockSize());
    return ModelController.builder().namespace(backing, blockSize()).threaded(true).build();
  }
}
