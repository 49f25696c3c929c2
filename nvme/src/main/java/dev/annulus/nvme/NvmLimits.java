// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How far some commands go on a namespace, each 0 where the controller does not have the command.
 *
 * @param compareAndWriteBlocks the most blocks of a compare and write (ACWU, NACWU)
 * @param copyRangeBlocks the most blocks of one source range of a copy (MSSRL)
 * @param copyBlocks the most blocks of all source ranges of a copy (MCL)
 * @param copyRanges the most source ranges of a copy (MSRC)
 * @param zeroesDeallocate whether writing zeroes may deallocate (DLFEAT)
 */
public record NvmLimits(
    int compareAndWriteBlocks,
    int copyRangeBlocks,
    long copyBlocks,
    int copyRanges,
    boolean zeroesDeallocate) {
  /** Of a namespace with none of these commands. */
  public static final NvmLimits NONE = new NvmLimits(0, 0, 0, 0, false);
}
