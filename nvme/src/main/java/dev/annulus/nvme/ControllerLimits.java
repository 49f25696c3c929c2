// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How far a controller goes with commands of the NVM command set: {@link NvmControllerLimits},
 * which many do not have and whose fields all say with 0 that there is no limit, in bytes and
 * blocks.
 *
 * @param verify largest size of a Verify, in bytes, 0 for none
 * @param zeroes largest size of Write Zeroes, in bytes, 0 for none
 * @param uncorrectable largest size of Write Uncorrectable, in bytes, 0 for none
 * @param dataset the limits of Dataset Management
 */
record ControllerLimits(long verify, long zeroes, long uncorrectable, NvmLimits.Ranges dataset) {
  private static final long LARGEST_RANGE = 0xFFFF_FFFFL;

  /** Asks the controller. */
  static ControllerLimits read(AdminQueue admin, long cap) throws NvmeException {
    byte[] data = new byte[Identify.SIZE];
    try {
      data = admin.identify(Identify.CNS_SET_CONTROLLER, 0, "Identify Controller of the NVM set");
    } catch (NvmeException e) {
      if (StatusCode.of(e.status()) != StatusCode.INVALID_FIELD_IN_COMMAND) {
        throw e;
      }
    }
    return of(NvmControllerLimits.parse(data), 12 + Registers.minPage(cap));
  }

  private static ControllerLimits of(NvmControllerLimits told, int pageShift) {
    return new ControllerLimits(
        bytes(told.verify(), pageShift),
        bytes(told.writeZeroes(), pageShift),
        bytes(told.writeUncorrectable(), pageShift),
        new NvmLimits.Ranges(
            told.ranges() == 0 ? NvmOpcode.MAX_RANGES : told.ranges(),
            told.rangeBlocks() == 0 ? LARGEST_RANGE : told.rangeBlocks(),
            told.totalBlocks() <= 0 ? Long.MAX_VALUE : told.totalBlocks()));
  }

  /** Limits are counted in smallest pages, as powers of two. */
  private static long bytes(int exponent, int pageShift) {
    int shift = exponent + pageShift;
    return exponent == 0 || shift >= 63 ? 0 : 1L << shift;
  }

  /** A limit in blocks, which is no more than a command can name. */
  static int blocks(long bytes, int blockShift) {
    return bytes == 0 ? NvmOpcode.MAX_BLOCKS : (int) Math.min(bytes >>> blockShift, 1 << 16);
  }
}
