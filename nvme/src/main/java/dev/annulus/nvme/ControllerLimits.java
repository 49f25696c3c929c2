// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a controller says of its limits for commands of the NVM command set: the Identify structure
 * that many do not have, all of whose fields say with 0 that there is no limit.
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
    return parse(data, 12 + Registers.minPage(cap));
  }

  private static ControllerLimits parse(byte[] data, int pageShift) {
    ByteBuffer page = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int ranges = page.get(Identify.DMRL) & 0xFF;
    long longest = page.getInt(Identify.DMRSL) & 0xFFFF_FFFFL;
    long total = page.getLong(Identify.DMSL);
    return new ControllerLimits(
        bytes(page.get(Identify.VSL), pageShift),
        bytes(page.get(Identify.WZSL), pageShift),
        bytes(page.get(Identify.WUSL), pageShift),
        new NvmLimits.Ranges(
            ranges == 0 ? NvmOpcode.MAX_RANGES : ranges,
            longest == 0 ? LARGEST_RANGE : longest,
            total <= 0 ? Long.MAX_VALUE : total));
  }

  /** Limits are counted in smallest pages, as powers of two. */
  private static long bytes(byte exponent, int pageShift) {
    int shift = (exponent & 0xFF) + pageShift;
    return exponent == 0 || shift >= 63 ? 0 : 1L << shift;
  }

  /** A limit in blocks, which is no more than a command can name. */
  static int blocks(long bytes, int blockShift) {
    return bytes == 0 ? NvmOpcode.MAX_BLOCKS : (int) Math.min(bytes >>> blockShift, 1 << 16);
  }
}
