// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * An entry of a controller's error log.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 206.
 *
 * @param count number of the error over the controller's life, from 1
 * @param queue submission queue, 65,535 where it is no command's error
 * @param command command identifier, 65,535 where it is no command's error
 * @param status 15 bits, see {@link NvmeStatus}
 * @param location where in the command the error is: byte in bits 7:0, bit in 10:8; 65,535 for none
 * @param lba first block of the error
 * @param nsid namespace
 * @param vendorPage the vendor's log page that says more, or 0
 * @param specific what the command's description says it is
 */
public record ErrorEntry(
    long count,
    int queue,
    int command,
    int status,
    int location,
    long lba,
    int nsid,
    int vendorPage,
    long specific) {
  static ErrorEntry parse(byte[] data, int at) {
    return new ErrorEntry(
        LittleEndian.i64(data, at + LogPage.ERROR_COUNT),
        LittleEndian.u16(data, at + LogPage.ERROR_SQID),
        LittleEndian.u16(data, at + LogPage.ERROR_CID),
        LittleEndian.u16(data, at + LogPage.ERROR_STATUS) >>> 1,
        LittleEndian.u16(data, at + LogPage.ERROR_LOCATION),
        LittleEndian.i64(data, at + LogPage.ERROR_LBA),
        LittleEndian.i32(data, at + LogPage.ERROR_NSID),
        LittleEndian.u8(data, at + LogPage.ERROR_VENDOR),
        LittleEndian.i64(data, at + LogPage.ERROR_SPECIFIC));
  }
}
