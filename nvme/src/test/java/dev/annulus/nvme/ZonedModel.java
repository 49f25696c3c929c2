// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** The model with a namespace of zones, as the contract wants it. */
final class ZonedModel {
  static final int ZONES = 16;
  static final int SIZE = 64;
  static final int CAPACITY = 48;
  static final int OPEN = 3;
  static final int ACTIVE = 5;

  private ZonedModel() {}

  static ModelBuilder builder() throws IOException {
    Backing backing = Backing.memory((long) ZONES * SIZE * Setup.BLOCK);
    return ModelController.builder()
        .namespace(backing, Setup.BLOCK)
        .zoned(SIZE, CAPACITY, OPEN, ACTIVE);
  }
}
