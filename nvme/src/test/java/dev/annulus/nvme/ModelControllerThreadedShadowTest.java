// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** With doorbells in memory. */
class ModelControllerThreadedShadowTest extends ControllerContract {
  @Override
  Transport open() {
    Backing backing = Backing.memory(blocks() * blockSize());
    return ModelController.builder()
        .namespace(backing, blockSize())
        .threaded(true)
        .shadowDoorbells(true)
        .build();
  }

  @Override
  boolean shadowDoorbells() {
    return true;
  }
}
