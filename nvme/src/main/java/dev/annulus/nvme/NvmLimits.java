// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How far some commands go on a namespace; beyond, they are refused before the device sees them.
 * Each is 0 where the controller does not have the command.
 *
 * <p>Source: NVM Command Set Specification 1.0, section 4.1.5.
 *
 * @param compareAndWriteBlocks the most blocks of a compare and write (ACWU, NACWU)
 * @param verifyBlocks the most blocks of a verify (VSL)
 * @param zeroesBlocks the most blocks of writing zeroes (WZSL)
 * @param uncorrectableBlocks the most blocks of a write uncorrectable (WUSL)
 * @param zeroesDeallocate whether writing zeroes may deallocate (DLFEAT)
 * @param copy how far copies go
 * @param dataset how far dataset management goes
 */
public record NvmLimits(
    int compareAndWriteBlocks,
    int verifyBlocks,
    int zeroesBlocks,
    int uncorrectableBlocks,
    boolean zeroesDeallocate,
    Ranges copy,
    Ranges dataset) {
  /**
   * The limits of a command that takes a list of ranges.
   *
   * @param most the most ranges (MSRC; DMRL)
   * @param longest the most blocks of one of them (MSSRL; DMRSL)
   * @param total the most blocks of all of them (MCL; DMSL)
   */
  public record Ranges(int most, long longest, long total) {
    /** Where the controller does not have the command. */
    public static final Ranges NONE = new Ranges(0, 0, 0);
  }

  /** Of a namespace with none of these commands. */
  public static final NvmLimits NONE = new NvmLimits(0, 0, 0, 0, false, Ranges.NONE, Ranges.NONE);
}
