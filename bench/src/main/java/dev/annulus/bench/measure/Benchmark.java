// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.util.List;

/**
 * A named comparison.
 *
 * @param name as given to the command
 * @param work what both sides do, one line
 * @param cases at least one
 */
public record Benchmark(String name, String work, List<Comparison> cases) {
  /** Keeps the cases. */
  public Benchmark {
    cases = List.copyOf(cases);
  }
}
