// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Pair;
import dev.annulus.bench.measure.Result;
import dev.annulus.bench.measure.Sample;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * A benchmark's chart, as SVG: two bars a case, ours and the peer's, a dot on them for each run,
 * and a line on ours where the goal would be met.
 */
final class Chart {
  private static final int WIDTH = 880;
  private static final int LABELS = 190;
  private static final int VALUES = 130;
  private static final int BAR = 18;
  private static final int CASE = 2 * BAR + 22;

  private final Results results;
  private final double scale;
  private final StringBuilder svg = new StringBuilder();

  private Chart(Results results) {
    this.results = results;
    double most = results.cases().stream().mapToDouble(Chart::most).max().orElseThrow();
    scale = (WIDTH - LABELS - VALUES) / most;
  }

  static String of(Results results) {
    return new Chart(results).draw();
  }

  /** The longest bar, the farthest dot, or the goal. */
  private static double most(Result result) {
    double goal = result.comparison().goal().bound() * result.other();
    double samples =
        result.pairs().stream()
            .flatMapToDouble(pair ->
                DoubleStream.of(
                    result.comparison().unit().value(pair.annulus()),
                    result.comparison().unit().value(pair.other())))
            .max()
            .orElseThrow();
    return Math.max(goal, samples);
  }

  private String draw() {
    int height = results.cases().size() * CASE;
    append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
        WIDTH, height, HtmlPage.text(results.benchmark().name()));
    int top = 0;
    for (Result result : results.cases()) {
      draw(result, top);
      top += CASE;
    }
    return svg.append("</svg>\n").toString();
  }

  private void draw(Result result, int top) {
    Comparison comparison = result.comparison();
    String name = comparison.name().isEmpty() ? "annulus" : comparison.name() + ", annulus";
    bar(top, name, "var(--ours)", result.annulus(), result, Pair::annulus);
    bar(top + BAR + 2, comparison.peer(), "var(--peer)", result.other(), result, Pair::other);
    if (comparison.goal().bound() == 0) {
      return;
    }
    double goal = LABELS + comparison.goal().bound() * result.other() * scale;
    append(
        "<path d=\"M%.1f %dv%d\" stroke=\"var(--goal)\" stroke-width=\"2\"><title>goal %s</title>"
            + "</path>%n",
        goal, top, BAR, HtmlPage.text(comparison.goal().toString()));
  }

  private void bar(
      int top,
      String label,
      String colour,
      double value,
      Result result,
      Function<Pair, Sample> side) {
    int middle = top + BAR / 2;
    double width = value * scale;
    append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
        LABELS - 8, middle + 4, HtmlPage.text(label));
    append(
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
        LABELS, top, width, BAR, colour);
    double farthest = width;
    for (Pair pair : result.pairs()) {
      double at = result.comparison().unit().value(side.apply(pair)) * scale;
      farthest = Math.max(farthest, at);
      append(
          "<circle cx=\"%.1f\" cy=\"%d\" r=\"2\" fill=\"currentColor\" fill-opacity=\"0.6\"/>%n",
          LABELS + at, middle);
    }
    append(
        "<text x=\"%.1f\" y=\"%d\">%s %s</text>%n",
        LABELS + farthest + 8,
        middle + 4,
        Numbers.value(value),
        result.comparison().unit().symbol());
  }

  private void append(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
