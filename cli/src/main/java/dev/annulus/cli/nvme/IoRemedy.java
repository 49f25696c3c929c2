// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.ring.Errno;

/** What to do about the status of an I/O command. */
final class IoRemedy {
  private static final int COMMAND_SPECIFIC = 1;

  private IoRemedy() {}

  /** A failure of a command that moved blocks. */
  static NvmeException failure(String what, int status) {
    return new NvmeException(what, status, of(status));
  }

  private static String of(int status) {
    return NvmeStatus.type(status) == COMMAND_SPECIFIC ? ofZones(status) : general(status);
  }

  private static String ofZones(int status) {
    return switch (NvmeStatus.code(status)) {
      case 0xB8 -> "it goes over a zone's end: read and write each zone by itself";
      case 0xB9 -> "the zone is written to its end: reset it, or take another";
      case 0xBA, 0xBB -> "the zone is broken for good: take another";
      case 0xBC -> "it does not begin at the zone's write pointer, which zones report shows";
      case 0xBD -> "finish or reset a zone that is open or closed first";
      case 0xBE -> "close or finish a zone that is open first";
      case 0xBF -> "not from the state that the zone is in, which zones report shows";
      default -> general(status);
    };
  }

  private static String general(int status) {
    return switch (NvmeStatus.errno(status)) {
      case Errno.EROFS -> "lift the write protection first";
      case Errno.ENOSPC -> "the device has no room left: deallocate, or format";
      case Errno.EILSEQ -> "the data does not match what protects it";
      case Errno.ETIMEDOUT -> "the device was too slow; annulus nvme errors may say more";
      case Errno.ENODEV -> "there is no such namespace any more; annulus nvme ns list has them";
      case Errno.EINVAL -> "out of the namespace's range, or of a kind that it does not take";
      default ->
          NvmeStatus.retryable(status)
              ? "it may succeed if it is sent again; annulus nvme smart and errors may say more"
              : "it will fail again; annulus nvme smart and errors may say more";
    };
  }
}
