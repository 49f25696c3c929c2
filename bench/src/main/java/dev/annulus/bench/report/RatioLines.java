// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import dev.annulus.bench.measure.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines that programs read: one a case, the worst last and marked so where there are several.
 *
 * <p>{@code NAME: ratio R (annulus A UNIT, PEER B UNIT, N pairs)}, or {@code NAME/CASE: …}.
 */
public final class RatioLines {
  private static final String WORST = " [worst]";

  private RatioLines() {}

  /** All lines of a benchmark, in the order they are printed. */
  public static List<String> of(Results results) {
    Result worst = results.worst();
    List<String> lines = new ArrayList<>();
    for (Result result : results.cases()) {
      if (result != worst) {
        lines.add(line(results.nameOf(result), result));
      }
    }
    String last = line(results.nameOf(worst), worst);
    lines.add(lines.isEmpty() ? last : last + WORST);
    return lines;
  }

  private static String line(String name, Result result) {
    String unit = result.comparison().unit().symbol();
    return "%s: ratio %s (annulus %s %s, %s %s %s, %d pairs)"
        .formatted(
            name,
            Numbers.ratio(result.ratio()),
            Numbers.value(result.annulus()),
            unit,
            result.comparison().peer(),
            Numbers.value(result.other()),
            unit,
            result.pairs().size());
  }
}
