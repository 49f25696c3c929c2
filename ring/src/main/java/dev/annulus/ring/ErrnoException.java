// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.io.IOException;

/**
 * A call or operation failed with an error number; the message names the call, cause and remedy.
 */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What was called, such as {@code io_uring_setup}. */
  private final String call;

  /** The positive error number. */
  private final int errno;

  /**
   * A failed call whose cause and remedy are known.
   *
   * @param call what was called, with its object where that helps
   * @param errno the positive error number, see {@link Errno}
   * @param remedy the likely cause and what to do
   */
  public ErrnoException(String call, int errno, String remedy) {
    super(call + ": " + Errno.describe(errno) + (remedy.isEmpty() ? "" : ": " + remedy));
    this.call = call;
    this.errno = errno;
  }

  /**
   * A failed call whose error number says it all.
   *
   * @param call what was called, with its object where that helps
   * @param errno the positive error number, see {@link Errno}
   */
  public ErrnoException(String call, int errno) {
    this(call, errno, "");
  }

  /**
   * Passes on a result, or throws where it is negative.
   *
   * @param call what was called
   * @param result at least 0, or {@code -errno}
   * @return the result
   * @throws ErrnoException where the result is negative
   */
  public static int check(String call, int result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(call, -result);
    }
    return result;
  }

  /**
   * Passes on a result, or throws where it is negative.
   *
   * @param call what was called
   * @param result at least 0, or {@code -errno}
   * @return the result
   * @throws ErrnoException where the result is negative
   */
  public static long check(String call, long result) throws ErrnoException {
    if (result < 0) {
      throw new ErrnoException(call, (int) -result);
    }
    return result;
  }

  /**
   * What was called.
   *
   * @return such as {@code io_uring_setup}
   */
  public String call() {
    return call;
  }

  /**
   * The error number.
   *
   * @return positive, see {@link Errno}
   */
  public int errno() {
    return errno;
  }
}
