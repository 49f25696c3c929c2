// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

/**
 * What the entries of the throughput comparisons carry: word {@code i} of entry {@code n} is {@code
 * n + i}. Its sum over a run is known, so a lost, doubled or torn entry is found.
 */
final class Payload {
  /** Words of content on all sides: an entry of 64 bytes less a word that is its header. */
  static final int WORDS = 7;

  private Payload() {}

  /** The sum of all words of entries 0 to {@code entries - 1}, modulo 2^64. */
  static long sum(long entries) {
    return WORDS * (entries * (entries - 1) / 2) + entries * (WORDS * (WORDS - 1) / 2);
  }
}
