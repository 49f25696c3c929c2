// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.ring.Errno;

/** What to do about the status of an I/O command. */
final class IoRemedy {
  private IoRemedy() {}

  /** A failure of a command that moved blocks. */
  static NvmeException failure(String what, int status) {
    return new NvmeException(what, status, of(status));
  }

  private static String of(int status) {
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
