// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a controller says about itself, and what was agreed with it.
 *
 * @param serial serial number, without the blanks around it
 * @param model model number, without the blanks around it
 * @param firmware firmware revision, without the blanks around it
 * @param version version of the specification, such as {@code 1.4.0}
 * @param vendor PCI vendor identifier, 16 bits
 * @param maxTransferBytes the most bytes of one command, by the controller and by the options
 * @param maxQueueEntries the most entries of an I/O queue
 * @param queuePairs I/O queue pairs that were granted
 * @param writeCache whether there is a volatile write cache: writes need a flush to be durable
 * @param optionalCommands ONCS bits: 0 compare, 1 write uncorrectable, 2 dataset management, 3
 *     write zeroes, 7 verify, 8 copy (of source ranges of format 0h)
 * @param compareAndWriteBlocks the most blocks of a fused compare and write, where a namespace does
 *     not say otherwise (ACWU); 0 where the controller does not have it
 * @param sgls whether long transfers of I/O commands are described by SGLs in place of PRP lists
 * @param shutdownMicros longest orderly shutdown by the controller's word, 0 where it does not say
 */
public record ControllerInfo(
    String serial,
    String model,
    String firmware,
    String version,
    int vendor,
    long maxTransferBytes,
    int maxQueueEntries,
    int queuePairs,
    boolean writeCache,
    int optionalCommands,
    int compareAndWriteBlocks,
    boolean sgls,
    long shutdownMicros) {
  /** Bit of {@link #optionalCommands}: there is Dataset Management. */
  static final int DEALLOCATES = 1 << 2;

  /** Bit of {@link #optionalCommands}: there is Write Zeroes. */
  static final int ZEROES = 1 << 3;

  /** Reads the Identify Controller structure, a private copy of it. */
  static ControllerInfo parse(byte[] data, long cap, int version, ControllerOptions options) {
    ByteBuffer page = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    return new ControllerInfo(
        text(data, Identify.SN, Identify.SN_LENGTH),
        text(data, Identify.MN, Identify.MN_LENGTH),
        text(data, Identify.FR, Identify.FR_LENGTH),
        (version >>> 16) + "." + (version >>> 8 & 0xFF) + "." + (version & 0xFF),
        page.getShort(Identify.VID) & 0xFFFF,
        maxTransfer(data[Identify.MDTS] & 0xFF, cap, options.maxTransferBytes()),
        Math.min(Registers.maxQueueEntries(cap), CommandQueue.MAX_ENTRIES),
        0,
        (data[Identify.VWC] & 1) != 0,
        optionalCommands(page.getShort(Identify.ONCS), page.getShort(Identify.OCFS)),
        (page.getShort(Identify.FUSES) & Identify.FUSES_COMPARE_AND_WRITE) == 0
            ? 0
            : (page.getShort(Identify.ACWU) & 0xFFFF) + 1,
        Sgl.supported(page.getInt(Identify.SGLS)),
        page.getInt(Identify.RTD3E) & 0xFFFF_FFFFL);
  }

  /** Without Copy where it does not take the one format of source ranges that is used here. */
  private static int optionalCommands(int oncs, int formats) {
    return oncs & ((formats & 1) != 0 ? 0xFFFF : 0xFFFF & ~Identify.ONCS_COPY);
  }

  /**
   * MDTS counts smallest pages, as a power of two; 0 is no limit. A limit is kept in whole pages.
   */
  private static long maxTransfer(int mdts, long cap, int wanted) {
    int pageShift = 12 + Registers.minPage(cap);
    int shift = mdts + pageShift;
    long limit = mdts == 0 || shift > 31 ? Integer.MAX_VALUE : 1L << shift;
    long page = 1L << pageShift;
    return Math.max(page, Math.min(wanted, limit) & -page);
  }

  /** The device fills fields with blanks; whatever is not printable is shown as a question mark. */
  private static String text(byte[] data, int at, int length) {
    return new String(data, at, length, StandardCharsets.ISO_8859_1)
        .replaceAll("[^ -~]", "?")
        .strip();
  }

  ControllerInfo withQueuePairs(int granted) {
    return new ControllerInfo(
        serial,
        model,
        firmware,
        version,
        vendor,
        maxTransferBytes,
        maxQueueEntries,
        granted,
        writeCache,
        optionalCommands,
        compareAndWriteBlocks,
        sgls,
        shutdownMicros);
  }
}
