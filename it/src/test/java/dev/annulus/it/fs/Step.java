// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

/**
 * One thing that is done to a device.
 *
 * @param kind what
 * @param block the block that is written
 * @param bytes what it is written with, or null
 * @param committed how many transactions are durable once this is complete, or 0 where it makes
 *     none durable
 */
record Step(Kind kind, int block, byte[] bytes, int committed) {
  /** What is done. */
  enum Kind {
    /** A write; in whatever order with those before and after it. */
    WRITE,
    /** A flush of what was written before. */
    FLUSH,
    /** A write that is durable when complete, after everything before it is complete. */
    THROUGH
  }

  static Step write(int block, byte[] bytes) {
    return new Step(Kind.WRITE, block, bytes, 0);
  }

  static Step flush() {
    return new Step(Kind.FLUSH, 0, null, 0);
  }

  static Step through(int block, byte[] bytes, int committed) {
    return new Step(Kind.THROUGH, block, bytes, committed);
  }
}
