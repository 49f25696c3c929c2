// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Plan;
import dev.annulus.bench.report.JsonReport;
import dev.annulus.bench.report.Machine;
import dev.annulus.bench.report.Results;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code annulus bench NAME}, {@code annulus bench list}; {@link AllCommand} is the third. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Compare with others' rings, both sides in one run, in pairs.",
    footer = {"", "Ends with 3 where a peer is not installed, and says which command installs it."},
    subcommands = AllCommand.class)
public final class BenchCommand implements Callable<Integer> {
  static final double SECONDS = 5;
  private static final double LEAST_SECONDS = 0.05;
  private static final double MOST_SECONDS = 3600;

  private final List<Benchmark> benchmarks;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "What to compare: see 'annulus bench list'.")
  private String name;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Measure each side of each case this long, without warm-up (default: 5).")
  private double seconds = SECONDS;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write all samples and the machine to a file.")
  private Path json;

  BenchCommand(List<Benchmark> benchmarks) {
    this.benchmarks = benchmarks;
  }

  List<Benchmark> benchmarks() {
    return benchmarks;
  }

  @Command(name = "list", description = "Show the comparisons and their goals.")
  int list() {
    PrintWriter out = spec.commandLine().getOut();
    int width = benchmarks.stream().mapToInt(it -> it.name().length()).max().orElse(0);
    for (Benchmark benchmark : benchmarks) {
      String padded = benchmark.name() + " ".repeat(width - benchmark.name().length());
      out.println(padded + "  " + benchmark.work() + "; goal: " + goals(benchmark));
    }
    return ExitCode.OK.status();
  }

  /** One goal where all cases have the same. */
  private static String goals(Benchmark benchmark) {
    List<Comparison> cases = benchmark.cases();
    String first = cases.getFirst().goal().toString();
    if (cases.stream().allMatch(it -> it.goal().toString().equals(first))) {
      return first + (cases.size() > 1 ? " each" : "");
    }
    return cases.stream()
        .map(it -> it.goal() + " (" + it.peer() + ")")
        .collect(Collectors.joining(", "));
  }

  @Override
  public Integer call() throws CommandException {
    if (name == null) {
      throw new CommandException(
          ExitCode.USAGE, "which comparison? Name one of 'annulus bench list', or 'all'");
    }
    Benchmark benchmark =
        benchmarks.stream()
            .filter(it -> it.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new CommandException(
                    ExitCode.USAGE,
                    "there is no comparison '" + name + "': see 'annulus bench list'"));
    Runner runner = new Runner(plan(seconds), spec.commandLine());
    Machine machine = Machine.here();
    Results results = runner.run(benchmark);
    if (json != null) {
      writeJson(json, machine, List.of(results));
    }
    runner.print(results);
    return ExitCode.OK.status();
  }

  static Plan plan(double seconds) throws CommandException {
    if (!(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS)) {
      throw new CommandException(
          ExitCode.USAGE,
          "--seconds " + seconds + ": must be " + LEAST_SECONDS + " to " + MOST_SECONDS);
    }
    return Plan.of(seconds);
  }

  static void writeJson(Path file, Machine machine, List<Results> all) throws CommandException {
    try {
      JsonReport.write(file, machine, all);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  static CommandException cannotWrite(Path file, IOException cause) {
    return new CommandException(ExitCode.IO, "cannot write " + file + ": " + cause, cause);
  }
}
