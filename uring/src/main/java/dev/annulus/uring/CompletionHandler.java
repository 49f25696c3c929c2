// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/** Takes completions, on the thread that reaps them. */
@FunctionalInterface
public interface CompletionHandler {
  /**
   * One operation completed.
   *
   * @param userData the submission's
   * @param result at least 0, or {@code -errno}
   * @param flags {@code IORING_CQE_F_*} bits
   */
  void completed(long userData, int result, int flags);
}
