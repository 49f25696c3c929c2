// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

/**
 * One run of each side, one right after the other.
 *
 * @param annulus ours
 * @param other the peer's
 */
public record Pair(Sample annulus, Sample other) {
  /** Annulus over peer. */
  public double ratio(Unit unit) {
    return unit.value(annulus) / unit.value(other);
  }
}
