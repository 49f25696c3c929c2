// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Limits of the NVM command set's commands without data of their own.
 *
 * <p>Source: NVM Command Set Specification 1.0, figure 102 (I/O Command Set specific Identify
 * Controller).
 *
 * @param verify Verify Size Limit (VSL): log2 in units of the smallest page, 0 for no limit
 * @param writeZeroes Write Zeroes Size Limit (WZSL), likewise
 * @param writeUncorrectable Write Uncorrectable Size Limit (WUSL), likewise
 * @param ranges Dataset Management Ranges Limit (DMRL), 0 for no limit
 * @param rangeBlocks Dataset Management Range Size Limit (DMRSL) in blocks, 0 for no limit
 * @param totalBlocks Dataset Management Size Limit (DMSL) in blocks, 0 for no limit
 */
public record NvmControllerLimits(
    int verify,
    int writeZeroes,
    int writeUncorrectable,
    int ranges,
    long rangeBlocks,
    long totalBlocks) {
  static NvmControllerLimits parse(byte[] data) {
    return new NvmControllerLimits(
        LittleEndian.u8(data, Identify.VSL),
        LittleEndian.u8(data, Identify.WZSL),
        LittleEndian.u8(data, Identify.WUSL),
        LittleEndian.u8(data, Identify.DMRL),
        LittleEndian.u32(data, Identify.DMRSL),
        LittleEndian.i64(data, Identify.DMSL));
  }
}
