// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Result;
import java.util.Comparator;
import java.util.List;

/**
 * A measured benchmark.
 *
 * @param benchmark what was measured
 * @param cases the result of each of its cases
 */
public record Results(Benchmark benchmark, List<Result> cases) {
  /** Keeps the results. */
  public Results {
    cases = List.copyOf(cases);
  }

  /** The case that is farthest from its goal. */
  public Result worst() {
    return cases.stream().min(Comparator.comparingDouble(Result::margin)).orElseThrow();
  }

  /** The benchmark's name, with the case's behind it if it has one. */
  public String nameOf(Result result) {
    String name = result.comparison().name();
    return name.isEmpty() ? benchmark.name() : benchmark.name() + "/" + name;
  }
}
