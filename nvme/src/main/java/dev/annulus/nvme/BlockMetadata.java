// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What the blocks of a namespace carry beside their data.
 *
 * <p>Source: NVM Command Set Specification 1.0, sections 2.1.4 and 5.2.
 *
 * @param size bytes of metadata a block, 0 for none; a multiple of 4
 * @param extended true where it follows the data of each block in one buffer, false where it is in
 *     a buffer of its own
 * @param protectionType 1 to 3 where 8 bytes of it are protection information, 0 where none are
 * @param protectionFirst whether those are its first 8 bytes, and not its last
 */
public record BlockMetadata(
    int size, boolean extended, int protectionType, boolean protectionFirst) {
  /** Bytes of protection information: guard 2, application tag 2, reference tag 4. */
  static final int PROTECTION_SIZE = 8;

  /** Blocks of data alone. */
  public static final BlockMetadata NONE = new BlockMetadata(0, false, 0, false);

  /**
   * Checks what is described.
   *
   * @throws IllegalArgumentException where no namespace can be like that
   */
  public BlockMetadata {
    boolean fits = protectionType == 0 || size >= PROTECTION_SIZE;
    if (size < 0 || size > 0xFFFF || size % 4 != 0 || (protectionType & ~3) != 0 || !fits) {
      throw new IllegalArgumentException(
          ("%d bytes of metadata with protection of type %d: must be a multiple of 4 below 65,536,"
                  + " at least 8 for types 1 to 3")
              .formatted(size, protectionType));
    }
  }

  /** Where in the metadata the protection information is. */
  int protectionOffset() {
    return protectionFirst ? 0 : size - PROTECTION_SIZE;
  }
}
