// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What a command says about protection information, for blocks one after the other. */
final class ModelProtection {
  private static final int INVALID =
      StatusCode.INVALID_PROTECTION_INFORMATION.value | NvmeStatus.DO_NOT_RETRY;

  private ProtectionCodec codec;
  private int type;
  private boolean acts;
  private int checks;
  private int applicationTags;
  private int referenceTag;

  /**
   * Takes over PRINFO and the tags; 0, or the status to fail with.
   *
   * @param prinfo 4 bits
   * @param applicationTags mask and tag, as in command dword 15
   */
  int begin(ModelNamespace namespace, long lba, int prinfo, int applicationTags, int reference) {
    codec = namespace.codec();
    type = namespace.metadata().protectionType();
    acts = type != 0 && (prinfo & 8) != 0;
    checks = prinfo & 7;
    this.applicationTags = applicationTags;
    referenceTag = reference;
    boolean tagged = (checks & Protection.REFERENCE_TAG) != 0;
    boolean wrong = type == 3 || type == 1 && reference != (int) lba;
    return tagged && wrong ? INVALID : 0;
  }

  /** The same with PRINFO and the tags where most commands have them. */
  int begin(ModelCommand command, ModelNamespace namespace) {
    int prinfo = command.cdw12Low() >>> NvmOpcode.PRCHK_SHIFT & 0xF;
    return begin(
        namespace, command.cdw10, prinfo, (int) (command.cdw14 >>> 32), (int) command.cdw14);
  }

  /** Whether the controller writes the information itself. */
  boolean acts() {
    return acts;
  }

  /** The same where it is an error. */
  int refuseToAct() {
    return acts ? INVALID : 0;
  }

  /** Whether anything is to be checked. */
  boolean checksAny() {
    return type != 0 && checks != 0;
  }

  /** Whether that is all the metadata there is, and none travels. */
  boolean strips(BlockMetadata metadata) {
    return acts && metadata.size() == BlockMetadata.PROTECTION_SIZE;
  }

  /** Checks a block; 0 or the status to fail with. */
  int check(ModelBlock block) {
    return type == 0
        ? 0
        : codec.check(
            block.memory(),
            0,
            block.memory(),
            block.metadataAt(),
            checks,
            applicationTags,
            referenceTag);
  }

  /** Writes a block's information. */
  void generate(ModelBlock block) {
    codec.generate(
        block.memory(),
        0,
        block.memory(),
        block.metadataAt(),
        applicationTags & 0xFFFF,
        referenceTag);
  }

  /** The next block. */
  void advance() {
    if (type != 3) {
      referenceTag++;
    }
  }
}
