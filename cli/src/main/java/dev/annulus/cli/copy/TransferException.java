// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import java.io.IOException;

/** An operation of a transfer failed; none of its operations is in flight any more. */
public final class TransferException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What was done, with the URL that it was done to. */
  private final String call;

  /** The positive error number. */
  private final int errno;

  TransferException(String call, int errno, String message) {
    super(message);
    this.call = call;
    this.errno = errno;
  }

  /**
   * What was done.
   *
   * @return such as {@code write nvme:0/1}
   */
  public String call() {
    return call;
  }

  /**
   * The error number.
   *
   * @return positive
   */
  public int errno() {
    return errno;
  }
}
