// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

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

  /**
   * One operation completed with an extended entry, which has room for two numbers more.
   *
   * <p>On a ring between processes it says that the result does not fit 32 bits: {@code extra1} is
   * the result, and {@code result} is {@code -EOVERFLOW}. So who does not override this method is
   * told of an error, and not of a wrong number. From a kernel ring, all is the kernel's.
   *
   * @param userData the submission's
   * @param result the entry's {@code res}
   * @param flags {@code IORING_CQE_F_*} bits, {@link CqEntry#IORING_CQE_F_32} among them where the
   *     queue has entries of both sizes
   * @param extra1 {@code big_cqe[0]}
   * @param extra2 {@code big_cqe[1]}
   */
  default void completedExtended(long userData, int result, int flags, long extra1, long extra2) {
    completed(userData, result, flags);
  }
}
