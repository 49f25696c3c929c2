// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** The LBA formats of the model's namespaces: the same for all, one for each size of a block. */
final class ModelFormats {
  private static final int LEAST_SHIFT = 9;

  /** Blocks of 512 to 65,536 bytes. */
  static final int COUNT = 8;

  private ModelFormats() {}

  /** log2 of the block size of a format. */
  static int shift(int format) {
    return LEAST_SHIFT + format;
  }

  /** The format of a namespace. */
  static int of(ModelNamespace namespace) {
    return namespace.blockShift() - LEAST_SHIFT;
  }
}
