// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.report.HtmlPage;
import dev.annulus.bench.report.Machine;
import dev.annulus.bench.report.Results;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code annulus bench all}: one after the other; what cannot be measured does not stop the rest.
 */
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    description = "Run all comparisons; write a page with a chart for each.")
final class AllCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @ParentCommand private BenchCommand bench;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with charts.")
  private Path html;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write all samples and the machine to a file.")
  private Path json;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Measure each side of each case this long, without warm-up (default: 5).")
  private double seconds = BenchCommand.SECONDS;

  private final List<Results> measured = new ArrayList<>();
  private final Map<String, String> failed = new LinkedHashMap<>();
  private int status = ExitCode.OK.status();

  @Override
  public Integer call() throws CommandException {
    Machine machine = Machine.here();
    Runner runner = new Runner(BenchCommand.plan(seconds), spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine);
    out.println();
    for (Benchmark benchmark : bench.benchmarks()) {
      measure(runner, benchmark);
      out.println();
      out.flush();
    }
    write(machine);
    return status;
  }

  private void measure(Runner runner, Benchmark benchmark) {
    try {
      Results results = runner.run(benchmark);
      measured.add(results);
      runner.print(results);
    } catch (CommandException e) {
      failed.put(benchmark.name(), e.getMessage());
      status = Math.max(status, e.code().status());
      spec.commandLine().getErr().println("annulus: " + e.getMessage());
      spec.commandLine().getErr().flush();
    }
  }

  private void write(Machine machine) throws CommandException {
    if (json != null) {
      BenchCommand.writeJson(json, machine, measured);
    }
    if (html == null) {
      return;
    }
    try {
      HtmlPage.write(html, machine, measured, failed);
    } catch (IOException e) {
      throw BenchCommand.cannotWrite(html, e);
    }
  }
}
