// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

/**
 * What the entries of the throughput comparisons carry: word {@code i} of entry {@code n} is {@code
 * n + i}. Its sum over a run is known, so a lost, doubled or torn entry is found.
 */
final class Payload {
  /** Words in an entry of 64 bytes whose first word is a header. */
  static final int WORDS = 7;

  /** Words beside Aeron's header of 32 bytes, in a frame of 64. */
  static final int AERON_WORDS = 4;

  private Payload() {}

  /** The sum of all words of entries 0 to {@code entries - 1}, modulo 2^64. */
  static long sum(long entries, int words) {
    return words * (entries * (entries - 1) / 2) + entries * (words * (words - 1) / 2);
  }
}
