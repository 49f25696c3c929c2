// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import dev.annulus.bench.measure.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A page of all results, a chart for each benchmark; needs nothing but itself. */
public final class HtmlPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Annulus: comparisons</title>
      <style>
      :root { color-scheme: light dark; --ours: #2a6f97; --peer: #a9a9a9; --goal: #c1121f; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
        padding: 0 1rem; }
      h2 { margin-top: 3rem; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; vertical-align: top; }
      .no, .failed { color: var(--goal); }
      svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
      svg text { fill: currentColor; }
      </style>
      </head>
      <body>
      """;

  private HtmlPage() {}

  /**
   * Writes the page.
   *
   * @param file made or replaced
   * @param machine that was measured on
   * @param all the results
   * @param failed why there is no result, by the names of the other benchmarks
   * @throws IOException where the file cannot be written
   */
  public static void write(
      Path file, Machine machine, List<Results> all, Map<String, String> failed)
      throws IOException {
    Files.writeString(file, document(machine, all, failed));
  }

  static String document(Machine machine, List<Results> all, Map<String, String> failed) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("<h1>Annulus: comparisons</h1>\n<p>")
        .append(text(machine.toString()))
        .append("; ")
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(". Both sides of each pair were run one right after the other; the ratio is the")
        .append(" median of the pairs' ratios, annulus over peer.</p>\n");
    all.forEach(results -> benchmark(page, results));
    failed.forEach((name, why) -> failure(page, name, why));
    return page.append("</body>\n</html>\n").toString();
  }

  private static void benchmark(StringBuilder page, Results results) {
    heading(page, results.benchmark().name());
    page.append("<p>").append(text(results.benchmark().work())).append(".</p>\n");
    page.append(Chart.of(results));
    page.append("<table>\n<tr><th>case</th><th>ratio</th><th>spread</th><th>goal</th>")
        .append("<th>met</th><th>who spins</th><th>pinned to</th></tr>\n");
    results.cases().forEach(result -> row(page, results.nameOf(result), result));
    page.append("</table>\n");
  }

  private static void row(StringBuilder page, String name, Result result) {
    double[] ratios = result.ratios();
    Arrays.sort(ratios);
    String spread = Numbers.ratio(ratios[0]) + "–" + Numbers.ratio(ratios[ratios.length - 1]);
    page.append("<tr>");
    for (String cell :
        List.of(
            name, Numbers.ratio(result.ratio()), spread, result.comparison().goal().toString())) {
      page.append("<td>").append(text(cell)).append("</td>");
    }
    page.append(result.met() ? "<td>yes</td>" : "<td class=\"no\">no</td>");
    page.append("<td>").append(text(result.comparison().setting().spins())).append("</td><td>");
    page.append(text(result.comparison().setting().pinning())).append("</td></tr>\n");
    page.append("<tr><td></td><td colspan=\"6\">")
        .append(text(result.comparison().peer() + ": " + result.comparison().setting().notes()))
        .append("</td></tr>\n");
  }

  private static void failure(StringBuilder page, String name, String why) {
    heading(page, name);
    page.append("<p class=\"failed\">Not measured: ").append(text(why)).append("</p>\n");
  }

  private static void heading(StringBuilder page, String name) {
    page.append("<h2 id=\"").append(text(name)).append("\">").append(text(name)).append("</h2>\n");
  }

  /** Text that cannot be markup. */
  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
