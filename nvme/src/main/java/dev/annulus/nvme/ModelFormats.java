// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The LBA formats of the model's namespaces: one for each size of a block, without metadata, the
 * same for all; and of a namespace that was built with metadata its own.
 */
final class ModelFormats {
  private static final int LEAST_SHIFT = 9;

  /** Blocks of 512 to 65,536 bytes. */
  static final int COUNT = 8;

  /** Bytes of the largest block, without metadata. */
  static final int LARGEST = 1 << LEAST_SHIFT + COUNT - 1;

  /** The format with metadata, where there is one. */
  static final int OWN = COUNT;

  private ModelFormats() {}

  /** log2 of the block size of a format without metadata. */
  static int shift(int format) {
    return LEAST_SHIFT + format;
  }

  /** The format of a namespace. */
  static int of(ModelNamespace namespace) {
    return namespace.dataOnly() ? namespace.blockShift() - LEAST_SHIFT : OWN;
  }

  /** Whether a namespace can have a format: with zones none but the one it has. */
  static boolean fits(ModelNamespace namespace, int format) {
    if (format == of(namespace)) {
      return true;
    }
    return format < COUNT
        && namespace.zones() == null
        && namespace.backing().size() >>> shift(format) > 0;
  }

  /**
   * What a namespace becomes by a format that fits: as new, its blocks readable, its zones empty.
   */
  static ModelNamespace format(ModelNamespace namespace, int format) {
    boolean same = format == of(namespace);
    ModelNamespace made =
        new ModelNamespace(
            namespace.nsid(),
            same ? namespace.blockSize() : 1 << shift(format),
            same ? namespace.metadata() : BlockMetadata.NONE,
            namespace.backing());
    return namespace.zones() == null ? made : made.zoned(namespace.zones().zoning());
  }
}
