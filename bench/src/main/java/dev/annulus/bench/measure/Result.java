// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A measured comparison.
 *
 * @param comparison what was compared
 * @param pairs all pairs that were run, at least one
 */
public record Result(Comparison comparison, List<Pair> pairs) {
  /** Keeps what was measured. */
  public Result {
    pairs = List.copyOf(pairs);
  }

  /** The ratio of each pair, in the order they were run. */
  public double[] ratios() {
    return pairs.stream().mapToDouble(pair -> pair.ratio(comparison.unit())).toArray();
  }

  /** The median of the pairs' ratios, annulus over peer. */
  public double ratio() {
    return Statistics.median(ratios());
  }

  /** The median of annulus's values. */
  public double annulus() {
    return value(Pair::annulus);
  }

  /** The median of the peer's values. */
  public double other() {
    return value(Pair::other);
  }

  private double value(Function<Pair, Sample> side) {
    return Statistics.median(
        pairs.stream().map(side).mapToDouble(comparison.unit()::value).toArray());
  }

  /** Whether the goal was reached. */
  public boolean met() {
    return comparison.goal().met(ratio(), annulus());
  }

  /** How far above the goal, to find the worst of several cases. */
  public double margin() {
    return comparison.goal().margin(ratio());
  }

  /** The median of what our side counted, an operation; empty where it does not count this. */
  public OptionalDouble counted(Counter counter) {
    double[] values =
        pairs.stream()
            .map(Pair::annulus)
            .filter(sample -> sample.counters().containsKey(counter))
            .mapToDouble(sample -> (double) sample.counters().get(counter) / sample.operations())
            .toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Statistics.median(values));
  }
}
