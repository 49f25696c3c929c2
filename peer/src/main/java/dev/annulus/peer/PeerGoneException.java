// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.io.IOException;

/**
 * The other end of the session is no more: it closed, was killed, or ended the session for the
 * reason that the message tells. Operations without a completion may or may not have been carried
 * out.
 */
public final class PeerGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message who is gone, why, and what to do
   */
  public PeerGoneException(String message) {
    super(message);
  }
}
