// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ring.Errno;

/**
 * Reads the status of a completion: 15 bits, 0 for success, the status field of the completion
 * entry without its phase tag. Bits 7:0 are the status code (SC), 10:8 its type (SCT), 12:11 the
 * command retry delay (CRD), 13 says that there is more in the error log, 14 that a retry will not
 * help.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 3.3.3.2.1.
 */
public final class NvmeStatus {
  /** The command succeeded. */
  public static final int SUCCESS = 0;

  /** Bit of a status: the controller has more about it in its error log. */
  public static final int MORE = 1 << 13;

  /** Bit of a status: the same command will fail again (DNR). */
  public static final int DO_NOT_RETRY = 1 << 14;

  private NvmeStatus() {}

  /**
   * The status code, whose meaning depends on its type.
   *
   * @param status 15 bits
   * @return SC, 0 to 255
   */
  public static int code(int status) {
    return status & 0xFF;
  }

  /**
   * The status code type.
   *
   * @param status 15 bits
   * @return SCT: 0 generic, 1 command specific, 2 media, 3 path, 7 vendor
   */
  public static int type(int status) {
    return status >>> 8 & 7;
  }

  /**
   * Whether the same command, sent again, may succeed.
   *
   * @param status 15 bits
   * @return false for success, and where the controller said "do not retry"
   */
  public static boolean retryable(int status) {
    return status != SUCCESS && (status & DO_NOT_RETRY) == 0;
  }

  /**
   * The Linux error number for a status.
   *
   * @param status 15 bits
   * @return positive, as {@code errno(3)} has it; 0 for success; EIO where there is no closer one
   */
  public static int errno(int status) {
    if (status == SUCCESS) {
      return 0;
    }
    StatusCode known = StatusCode.of(status);
    return known == null || known.errno == 0 ? Errno.EIO : known.errno;
  }

  /**
   * The name of a status in the specification.
   *
   * @param status 15 bits
   * @return such as {@code LBA Out of Range}
   */
  public static String name(int status) {
    StatusCode known = StatusCode.of(status);
    if (known != null) {
      return known.words;
    }
    return type(status) == 7 || code(status) >= 0xC0 ? "Vendor Specific" : "Reserved";
  }

  /**
   * All that a status says, in words.
   *
   * @param status 15 bits
   * @return such as {@code LBA Out of Range (SCT 0h, SC 80h, do not retry)}
   */
  public static String describe(int status) {
    return name(status)
        + String.format(" (SCT %xh, SC %02xh", type(status), code(status))
        + ((status & MORE) != 0 ? ", more in the error log" : "")
        + ((status & DO_NOT_RETRY) != 0 ? ", do not retry)" : ")");
  }
}
