// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Pair;
import dev.annulus.bench.measure.Result;
import dev.annulus.bench.measure.Sample;
import dev.annulus.bench.measure.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The lines that programs read: their form is a contract. */
class RatioLinesTest {
  private static final Comparison.Setting SETTING = new Comparison.Setting("nobody", "CPU 0", "");

  private static Comparison comparison(String name, double bound) {
    Goal goal = Goal.of(bound, Unit.RATE);
    return new Comparison(name, "C", Unit.RATE, goal, SETTING, () -> null, () -> null);
  }

  private static Result result(Comparison comparison, long... ours) {
    List<Pair> pairs =
        Arrays.stream(ours)
            .mapToObj(operations ->
                new Pair(new Sample(operations, 1000, Map.of()), new Sample(10, 1000, Map.of())))
            .toList();
    return new Result(comparison, pairs);
  }

  @Test
  void oneCaseIsOneLine() {
    Comparison only = comparison("", 1);
    Benchmark benchmark = new Benchmark("some", "work", List.of(only));
    List<String> lines = RatioLines.of(new Results(benchmark, List.of(result(only, 20, 5, 15))));
    assertEquals("some: ratio 1.500 (annulus 15.0 M/s, C 10.0 M/s, 3 pairs)", lines.getLast());
  }

  @Test
  void theWorstOfSeveralIsLastAndMarked() {
    Comparison easy = comparison("easy", 1);
    Comparison hard = comparison("hard", 4);
    Benchmark benchmark = new Benchmark("some", "work", List.of(hard, easy));
    List<String> lines =
        RatioLines.of(new Results(benchmark, List.of(result(hard, 20), result(easy, 15))));
    assertEquals(2, lines.size());
    assertTrue(lines.getFirst().startsWith("some/easy: ratio 1.500 "), lines::toString);
    assertTrue(lines.getLast().startsWith("some/hard: ratio 2.000 "), lines::toString);
    assertTrue(lines.getLast().contains("worst"), lines::toString);
  }
}
