// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import java.util.Set;

/**
 * What a kernel older than the running one lacks: in tests, it is hidden from rings opened
 * afterwards. Nothing is hidden anywhere else.
 *
 * @param features {@code IORING_FEAT_*} bits
 * @param flags {@code IORING_SETUP_*} bits, refused with EINVAL
 * @param opcodes {@code IORING_OP_*}
 */
record Older(int features, int flags, Set<Integer> opcodes) {
  /** The running kernel. */
  static final Older NONE = new Older(0, 0, Set.of());

  private static volatile Older hidden = NONE;

  static void hide(Older what) {
    hidden = what;
  }

  static Older hidden() {
    return hidden;
  }
}
