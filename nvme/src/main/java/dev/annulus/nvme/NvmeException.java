// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ring.Errno;
import java.io.IOException;

/**
 * A controller, or the way to it, failed. The message names what was done, what came back, the
 * likely cause and what to do.
 */
public final class NvmeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The completion's status, or {@link NvmeStatus#SUCCESS} where no completion failed. */
  private final int status;

  /**
   * A failure that is not a command's: of the controller as a whole, or of the transport.
   *
   * @param message what was done, what came back, likely cause, what to do
   */
  public NvmeException(String message) {
    super(message);
    this.status = NvmeStatus.SUCCESS;
  }

  /**
   * A failure of the transport with what caused it.
   *
   * @param message what was done, what came back, likely cause, what to do
   * @param cause what was thrown below
   */
  public NvmeException(String message, Throwable cause) {
    super(message, cause);
    this.status = NvmeStatus.SUCCESS;
  }

  /**
   * A command that completed with an error.
   *
   * @param command its name, with what it was about
   * @param status 15 bits, see {@link NvmeStatus}
   * @param remedy the likely cause and what to do
   */
  public NvmeException(String command, int status, String remedy) {
    super(command + ": " + NvmeStatus.describe(status) + (remedy.isEmpty() ? "" : ": " + remedy));
    this.status = status;
  }

  /**
   * The status of the command that failed.
   *
   * @return 15 bits, see {@link NvmeStatus}; {@link NvmeStatus#SUCCESS} where no command failed
   */
  public int status() {
    return status;
  }

  /**
   * The Linux error number of this failure.
   *
   * @return positive: of the status, or EIO where no command failed
   */
  public int errno() {
    return status == NvmeStatus.SUCCESS ? Errno.EIO : NvmeStatus.errno(status);
  }
}
