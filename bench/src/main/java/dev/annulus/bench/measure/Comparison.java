// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

/**
 * One case of a benchmark: two sides that do the same work.
 *
 * @param name of the case, or empty where a benchmark has only one
 * @param peer whom annulus is compared with, as printed
 * @param unit of the values
 * @param goal what the ratio should be
 * @param setting how both sides run
 * @param annulus sets our side up
 * @param other sets the peer's side up
 */
public record Comparison(
    String name,
    String peer,
    Unit unit,
    Goal goal,
    Setting setting,
    Side.Opener annulus,
    Side.Opener other) {

  /**
   * How both sides run; printed with the result.
   *
   * @param spins who spins while there is nothing to do
   * @param pinning which processor each process is pinned to
   * @param notes what else a reader must know to judge the ratio, or empty
   */
  public record Setting(String spins, String pinning, String notes) {}
}
