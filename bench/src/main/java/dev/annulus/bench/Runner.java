// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Measurement;
import dev.annulus.bench.measure.MissingPeerException;
import dev.annulus.bench.measure.Plan;
import dev.annulus.bench.measure.Result;
import dev.annulus.bench.report.RatioLines;
import dev.annulus.bench.report.ResultTable;
import dev.annulus.bench.report.Results;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs benchmarks and prints their results. */
final class Runner {
  private final Plan plan;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal = System.console() != null && System.console().isTerminal();

  Runner(Plan plan, CommandLine commandLine) {
    this.plan = plan;
    out = commandLine.getOut();
    err = commandLine.getErr();
  }

  /**
   * Measures all cases.
   *
   * @throws CommandException where one fails: then there is no result at all
   */
  Results run(Benchmark benchmark) throws CommandException {
    List<Result> results = new ArrayList<>();
    for (Comparison comparison : benchmark.cases()) {
      String name = benchmark.name() + (comparison.name().isEmpty() ? "" : "/") + comparison.name();
      try {
        results.add(new Measurement(plan, step -> progress(name, step)).run(comparison));
      } catch (MissingPeerException e) {
        throw new CommandException(ExitCode.PEER_MISSING, name + ": " + e.getMessage(), e);
      } catch (IOException | RuntimeException e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        throw new CommandException(ExitCode.IO, name + " was not measured: " + message, e);
      } finally {
        erase();
      }
    }
    return new Results(benchmark, results);
  }

  /** Only for people: a line that is written over. */
  private void progress(String name, String step) {
    if (terminal) {
      err.print("\r\033[K" + name + ": " + step);
      err.flush();
    }
  }

  private void erase() {
    if (terminal) {
      err.print("\r\033[K");
      err.flush();
    }
  }

  /** The table, then the lines for programs. */
  void print(Results results) {
    ResultTable.print(results, out);
    RatioLines.of(results).forEach(out::println);
    out.flush();
  }
}
