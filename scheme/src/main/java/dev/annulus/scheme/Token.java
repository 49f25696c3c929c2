// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

/**
 * User data of the entries that a reactor and its schemes submit. Bits 0–15: slot; 16–31:
 * generation; 32–55: context; 56–63: kind, 0 for a client's operation.
 */
final class Token {
  static final int OPERATION = 0;

  /** The futex wait of a context that sleeps. */
  static final int FUTEX = 1;

  /** The read of an eventfd: bits 0–31 are its index. */
  static final int EVENT = 2;

  private Token() {}

  static long operation(int context, int generation, int slot) {
    return (long) context << 32 | (long) generation << 16 | slot;
  }

  static long futex(int context) {
    return (long) FUTEX << 56 | (long) context << 32;
  }

  static long event(int index) {
    return (long) EVENT << 56 | index;
  }

  static int kind(long token) {
    return (int) (token >>> 56);
  }

  static int context(long token) {
    return (int) (token >>> 32) & 0xff_ffff;
  }

  static int generation(long token) {
    return (int) (token >>> 16) & 0xffff;
  }

  static int slot(long token) {
    return (int) token & 0xffff;
  }
}
