// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import java.util.BitSet;

/** Sets of opcodes. */
final class Opcodes {
  private Opcodes() {}

  static BitSet of(int... opcodes) {
    BitSet set = new BitSet();
    for (int opcode : opcodes) {
      set.set(opcode);
    }
    return set;
  }
}
