// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A power state of a controller.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 276.
 *
 * @param maximumMicrowatts Maximum Power, 0 where it is not told
 * @param operational whether I/O commands are executed in it
 * @param entryMicros Entry Latency in microseconds
 * @param exitMicros Exit Latency in microseconds
 * @param readThroughput Relative Read Throughput, 0 is best
 * @param readLatency Relative Read Latency, 0 is best
 * @param writeThroughput Relative Write Throughput, 0 is best
 * @param writeLatency Relative Write Latency, 0 is best
 */
public record PowerState(
    long maximumMicrowatts,
    boolean operational,
    long entryMicros,
    long exitMicros,
    int readThroughput,
    int readLatency,
    int writeThroughput,
    int writeLatency) {
  /** Bytes of a descriptor. */
  static final int SIZE = 32;

  /** MXPS: the power is in units of 0.1 mW, else of 10 mW. */
  private static final int SMALL_UNITS = 1;

  /** NOPS: not operational. */
  private static final int IDLE = 1 << 1;

  static PowerState parse(byte[] data, int at) {
    int flags = data[at + 3];
    long unit = (flags & SMALL_UNITS) != 0 ? 100 : 10_000;
    return new PowerState(
        LittleEndian.u16(data, at) * unit,
        (flags & IDLE) == 0,
        LittleEndian.u32(data, at + 4),
        LittleEndian.u32(data, at + 8),
        data[at + 12] & 0x1F,
        data[at + 13] & 0x1F,
        data[at + 14] & 0x1F,
        data[at + 15] & 0x1F);
  }
}
