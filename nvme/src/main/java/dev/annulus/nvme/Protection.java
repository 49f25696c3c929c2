// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What commands on a namespace with protection information do with it; see {@link
 * NvmCommands#withProtection}.
 *
 * <p>The reference tag of block <i>n</i> is the lower half of <i>n</i> plus an offset: 0 for type
 * 1, which has it so, and whatever the application likes for type 2. Type 3 has none to check: all
 * blocks that a command writes have the offset as their tag.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 5.2.
 *
 * @param byController true where the controller writes the information itself, and strips it where
 *     it is all the metadata there is (PRACT); false where it travels with the data
 * @param checks what is checked on the way: {@link #GUARD}, {@link #APPLICATION_TAG}, {@link
 *     #REFERENCE_TAG}, added up (PRCHK)
 * @param applicationTag 16 bits, written and expected
 * @param applicationTagMask 16 bits, which of them are compared
 * @param referenceTagOffset what is added to the number of a block
 */
public record Protection(
    boolean byController,
    int checks,
    int applicationTag,
    int applicationTagMask,
    int referenceTagOffset) {
  /** Check the guard, a CRC of the block. */
  public static final int GUARD = NvmOpcode.PRCHK_GUARD;

  /** Check the application tag, as far as its mask says. */
  public static final int APPLICATION_TAG = NvmOpcode.PRCHK_APPLICATION_TAG;

  /** Check the reference tag; not with type 3. */
  public static final int REFERENCE_TAG = NvmOpcode.PRCHK_REFERENCE_TAG;

  /** The controller writes and strips it, and checks guard and reference tag: types 1 and 2. */
  public static final Protection BY_CONTROLLER =
      new Protection(true, GUARD | REFERENCE_TAG, 0, 0, 0);

  /** It travels with the data, and the controller checks guard and reference tag: types 1, 2. */
  public static final Protection BY_HOST = new Protection(false, GUARD | REFERENCE_TAG, 0, 0, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException where a value has more bits than its field
   */
  public Protection {
    if ((checks & ~(GUARD | APPLICATION_TAG | REFERENCE_TAG)) != 0
        || (applicationTag & ~0xFFFF) != 0
        || (applicationTagMask & ~0xFFFF) != 0) {
      throw new IllegalArgumentException(
          "checks %xh, application tag %xh with mask %xh: 3, 16 and 16 bits"
              .formatted(checks, applicationTag, applicationTagMask));
    }
  }

  /** PRINFO as it stands in command dword 12. */
  int prinfo() {
    return (byController ? NvmOpcode.PRACT : 0) | checks << NvmOpcode.PRCHK_SHIFT;
  }

  /** The application tag and its mask as they stand in command dword 15. */
  int applicationTags() {
    return applicationTagMask << 16 | applicationTag;
  }
}
