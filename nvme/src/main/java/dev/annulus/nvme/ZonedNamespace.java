// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A namespace of zones: each is written from its beginning to its end, and reset as a whole.
 * Source: NVM Express Zoned Namespace Command Set Specification 1.1.
 *
 * @param namespace its blocks
 * @param zoneSize blocks from the start of a zone to that of the next
 * @param maxOpen zones that can be open at a time, or {@link #NO_LIMIT}
 * @param maxActive zones that can be open or closed at a time, or {@link #NO_LIMIT}
 * @param readsAcrossZones whether a read may be of more than one zone
 * @param variableCapacity whether a zone's capacity may change when it is reset
 * @param descriptorExtension bytes of a zone descriptor's extension, 0 for none
 * @param maxAppendBytes the most bytes of one Zone Append
 */
public record ZonedNamespace(
    Namespace namespace,
    long zoneSize,
    long maxOpen,
    long maxActive,
    boolean readsAcrossZones,
    boolean variableCapacity,
    int descriptorExtension,
    long maxAppendBytes) {
  /** As many as there are zones. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /**
   * How many zones there are.
   *
   * @return at least 1
   */
  public long zones() {
    return namespace.blocks() / zoneSize;
  }

  /**
   * The first block of the zone that a block is in.
   *
   * @param lba a block
   * @return a multiple of the zone size
   */
  public long startOf(long lba) {
    return lba - lba % zoneSize;
  }

  /**
   * Whether blocks lie in one zone. What a device answers to a Zone Append is to be asked of this:
   * data that it says is elsewhere cannot be there.
   *
   * @param zone the zone's first block
   * @param lba the first of the blocks, any number
   * @param blocks how many, at least 1
   * @return whether all are in that zone
   */
  public boolean holds(long zone, long lba, int blocks) {
    return lba >= zone && lba - zone <= zoneSize - blocks;
  }

  /** Reads both structures of Identify, private copies; throws where the device talks nonsense. */
  static ZonedNamespace parse(
      Namespace namespace, int format, byte[] data, int zasl, long page, long maxTransfer)
      throws NvmeException {
    ByteBuffer from = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int extension = ZoneIdentify.LBAFE + format * ZoneIdentify.LBAFE_SIZE;
    long zoneSize = from.getLong(extension);
    if (zoneSize <= 0 || namespace.blocks() % zoneSize != 0) {
      throw new NvmeException(
          "namespace %s of %,d blocks has zones of %s: not a whole number of them; format it anew"
              .formatted(
                  Integer.toUnsignedString(namespace.nsid()),
                  namespace.blocks(),
                  Long.toUnsignedString(zoneSize)));
    }
    long append = zasl == 0 || zasl > 31 ? maxTransfer : Math.min(maxTransfer, page << zasl);
    return new ZonedNamespace(
        namespace,
        zoneSize,
        limit(from.getInt(ZoneIdentify.MOR)),
        limit(from.getInt(ZoneIdentify.MAR)),
        (from.getShort(ZoneIdentify.OZCS) & 1) != 0,
        (from.getShort(ZoneIdentify.ZOC) & 1) != 0,
        (data[extension + ZoneIdentify.ZDES] & 0xFF) * 64,
        append);
  }

  private static long limit(int zeroBased) {
    return zeroBased == -1 ? NO_LIMIT : (zeroBased & 0xFFFF_FFFFL) + 1;
  }
}
