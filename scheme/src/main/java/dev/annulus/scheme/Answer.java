// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ring.CompletionHandler;

/** Keeps the one result that a call that blocks waits for, of 32 bits or of 64. */
final class Answer implements CompletionHandler {
  private long result;

  @Override
  public void completed(long tag, int res, int flags) {
    result = res;
  }

  @Override
  public void completedExtended(long tag, int res, int flags, long extra1, long extra2) {
    result = extra1;
  }

  long result() {
    return result;
  }
}
