// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How a namespace of the model is divided into zones.
 *
 * @param size blocks of a zone
 * @param capacity blocks of a zone that can be written
 * @param maxOpen zones that can be open at a time, 0 for no limit
 * @param maxActive zones that can be open or closed at a time, 0 for no limit
 * @param readsAcross whether a read may be of more than one zone
 */
record ModelZoning(long size, long capacity, int maxOpen, int maxActive, boolean readsAcross) {
  ModelZoning {
    if (size < 1 || capacity < 1 || capacity > size) {
      throw new IllegalArgumentException(
          "zones of %,d blocks, %,d of which can be written: at least 1, and no more than there are"
              .formatted(size, capacity));
    }
    boolean limits = maxOpen >= 0 && maxActive >= 0;
    if (!limits || maxActive > 0 && (maxOpen == 0 || maxOpen > maxActive)) {
      throw new IllegalArgumentException(
          "%d open of %d active zones: no more than these, 0 for no limit"
              .formatted(maxOpen, maxActive));
    }
  }

  ModelZoning withReadsAcross(boolean value) {
    return new ModelZoning(size, capacity, maxOpen, maxActive, value);
  }
}
