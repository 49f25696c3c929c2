// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/**
 * Guesses whether what is handed over will complete at once, within the call that hands it over, as
 * no-ops do and reads of cached pages. Then that call need not ask the kernel to wait, which makes
 * it shorter; a wrong guess costs a second call.
 */
final class InlineGuess {
  /** Where the guess is no, one call in so many tries it all the same. */
  private static final int TRY_EVERY = 64;

  private boolean likely;
  private int calls;

  boolean isLikely() {
    return likely || ++calls % TRY_EVERY == 0;
  }

  void learn(boolean completed) {
    likely = completed;
  }
}
