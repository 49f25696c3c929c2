// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What the blocks of a namespace are like, and whether this driver can work with them. */
final class NamespaceFormat {
  private static final int LARGEST_BLOCK_SHIFT = 16;

  private final IdentifyNamespace is;
  private final ControllerInfo info;
  private final ControllerLimits limits;
  private final int shift;
  private final int metadataSize;
  private final long blocks;

  NamespaceFormat(IdentifyNamespace is, ControllerInfo info, ControllerLimits limits) {
    this.is = is;
    this.info = info;
    this.limits = limits;
    shift = is.blockShift();
    metadataSize = is.format().metadata();
    blocks = is.get(NamespaceField.NSZE);
  }

  /** Why it cannot be used, or null where it can. */
  String unusable() {
    if (shift < 9 || shift > LARGEST_BLOCK_SHIFT) {
      return "its blocks are of 2^" + shift + " bytes, not 512 to 65,536";
    }
    if (metadataSize % 4 != 0) {
      return "its blocks carry " + metadataSize + " bytes of metadata, no multiple of 4";
    }
    if (blocks <= 0 || blocks > Long.MAX_VALUE >>> shift) {
      return "its size of " + Long.toUnsignedString(blocks) + " blocks cannot be";
    }
    int type = is.protectionType();
    if (type > 3 || type != 0 && metadataSize < BlockMetadata.PROTECTION_SIZE) {
      return "protection of type " + type + " in " + metadataSize + " bytes cannot be";
    }
    return null;
  }

  /** What the blocks carry, once that was found usable. */
  BlockMetadata metadata() {
    return metadataSize == 0
        ? BlockMetadata.NONE
        : new BlockMetadata(
            metadataSize, is.metadataExtended(), is.protectionType(), is.protectionFirst());
  }

  /**
   * Why the protection information is of a kind that cannot be used, or null where it can: a guard
   * of 16 bits without a storage tag, which is all that a controller can have that does not know
   * the question.
   */
  String unusableProtection(AdminQueue admin, int nsid) throws NvmeException {
    int extended;
    try {
      String what = "Identify Namespace of the NVM command set " + Integer.toUnsignedString(nsid);
      byte[] data = admin.identify(Identify.CNS_SET_NAMESPACE, nsid, what);
      extended = LittleEndian.i32(data, Identify.ELBAF + 4 * is.format().index());
    } catch (NvmeException e) {
      if (StatusCode.of(e.status()) != StatusCode.INVALID_FIELD_IN_COMMAND) {
        throw e;
      }
      return null;
    }
    return (extended & Identify.ELBAF_OTHERS) == 0
        ? null
        : "its protection information is not of 16 bits guard without a storage tag";
  }

  Namespace namespace(int nsid) {
    return new Namespace(nsid, 1 << shift, blocks, is.readOnly(), metadata(), limits());
  }

  private NvmLimits limits() {
    return new NvmLimits(
        compareAndWriteBlocks(),
        blocks(Identify.ONCS_VERIFY, limits.verify()),
        blocks(Identify.ONCS_WRITE_ZEROES, limits.zeroes()),
        blocks(Identify.ONCS_WRITE_UNCORRECTABLE, limits.uncorrectable()),
        (is.get(NamespaceField.DLFEAT) & Identify.DLFEAT_WRITE_ZEROES) != 0,
        copyLimits(),
        offers(Identify.ONCS_DSM) ? limits.dataset() : NvmLimits.Ranges.NONE);
  }

  private int blocks(int command, long bytes) {
    return offers(command) ? ControllerLimits.blocks(bytes, shift) : 0;
  }

  private boolean offers(int command) {
    return (info.optionalCommands() & command) != 0;
  }

  /** A controller may have Copy and none of it on this namespace. */
  private NvmLimits.Ranges copyLimits() {
    int most = (int) is.get(NamespaceField.MSRC) + 1;
    long longest = is.get(NamespaceField.MSSRL);
    long total = is.get(NamespaceField.MCL);
    return offers(Identify.ONCS_COPY) && longest > 0 && total > 0
        ? new NvmLimits.Ranges(most, longest, total)
        : NvmLimits.Ranges.NONE;
  }

  private int compareAndWriteBlocks() {
    boolean own = (is.get(NamespaceField.NSFEAT) & Identify.NSFEAT_ATOMIC) != 0;
    int nacwu = (int) is.get(NamespaceField.NACWU);
    return own && info.compareAndWriteBlocks() > 0 && nacwu > 0
        ? nacwu + 1
        : info.compareAndWriteBlocks();
  }
}
