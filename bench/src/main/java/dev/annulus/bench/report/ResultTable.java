// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.measure.Result;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The table for people: a row a case, and below it what else one must know. */
public final class ResultTable {
  private static final String GAP = "  ";

  private final Results results;
  private final List<List<String>> rows = new ArrayList<>();

  private ResultTable(Results results) {
    this.results = results;
  }

  /**
   * Prints the table of a benchmark.
   *
   * @param results what was measured
   * @param out where to
   */
  public static void print(Results results, PrintWriter out) {
    ResultTable table = new ResultTable(results);
    table.fill();
    out.println(results.benchmark().name() + ": " + results.benchmark().work());
    table.printRows(out);
    table.printNotes(out);
    out.println();
  }

  private void fill() {
    List<Counter> counters = counters();
    List<String> head =
        new ArrayList<>(
            List.of(
                "case",
                "annulus",
                "peer",
                "",
                "ratio",
                "min",
                "max",
                "goal",
                "met",
                "who spins",
                "pinned to"));
    counters.forEach(counter -> head.add(counter.title()));
    rows.add(head);
    for (Result result : results.cases()) {
      rows.add(row(result, counters));
    }
  }

  /** Those that our side counts in any case. */
  private List<Counter> counters() {
    return Arrays.stream(Counter.values())
        .filter(counter -> results.cases().stream().anyMatch(it -> it.counted(counter).isPresent()))
        .toList();
  }

  private static List<String> row(Result result, List<Counter> counters) {
    Comparison comparison = result.comparison();
    String unit = " " + comparison.unit().symbol();
    double[] ratios = result.ratios();
    List<String> row =
        new ArrayList<>(
            List.of(
                comparison.name().isEmpty() ? "-" : comparison.name(),
                Numbers.value(result.annulus()) + unit,
                Numbers.value(result.other()) + unit,
                comparison.peer(),
                Numbers.ratio(result.ratio()),
                Numbers.ratio(Arrays.stream(ratios).min().orElseThrow()),
                Numbers.ratio(Arrays.stream(ratios).max().orElseThrow()),
                comparison.goal().toString(),
                result.met() ? "yes" : "no",
                comparison.setting().spins(),
                comparison.setting().pinning()));
    for (Counter counter : counters) {
      row.add(
          result.counted(counter).isPresent()
              ? Numbers.count(result.counted(counter).getAsDouble())
              : "-");
    }
    return row;
  }

  private void printRows(PrintWriter out) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        line.append(GAP).append(cell).append(" ".repeat(widths[i] - cell.length()));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private void printNotes(PrintWriter out) {
    Set<String> notes = new LinkedHashSet<>();
    for (Result result : results.cases()) {
      notes.add(result.comparison().peer() + ": " + result.comparison().setting().notes());
    }
    notes.forEach(note -> out.println(GAP + note));
    out.println(
        GAP
            + results.cases().getFirst().pairs().size()
            + " pairs; ratio is the median of the pairs' ratios, annulus over peer; "
            + (results.cases().getFirst().comparison().unit().higherIsBetter()
                ? "more is better"
                : "less is better"));
  }
}
