// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.io.IOException;

/**
 * What a comparison compares with is not installed. The message has the command that installs it.
 */
public final class MissingPeerException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what is missing.
   *
   * @param what such as "gcc is not on the PATH"
   * @param command installs it
   */
  public MissingPeerException(String what, String command) {
    super(what + "; install it with: " + command);
  }
}
