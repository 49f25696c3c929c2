// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code annulus help [COMMAND|exit-codes]}. */
@Command(name = "help", description = "Explain a command, or the exit statuses (exit-codes).")
final class HelpCommand implements Callable<Integer> {
  private static final String EXIT_CODES = "exit-codes";

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "TOPIC",
      description = "A command, such as cp or nvme read, or exit-codes.")
  List<String> topics = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (topics.equals(List.of(EXIT_CODES))) {
      exitCodes(out);
      return ExitCode.OK.status();
    }
    CommandLine command = spec.parent().commandLine();
    for (String topic : topics) {
      CommandLine sub = command.getSubcommands().get(topic);
      if (sub == null) {
        throw new ParameterException(
            spec.commandLine(), "'" + topic + "' is neither a command nor " + EXIT_CODES);
      }
      command = sub;
    }
    command.usage(out);
    return ExitCode.OK.status();
  }

  private static void exitCodes(PrintWriter out) {
    for (ExitCode code : ExitCode.values()) {
      out.printf("%4d  %s%n", code.status(), code.meaning());
    }
    out.println("128+N  ended by signal N, after cleaning up: 130 Ctrl-C, 143 SIGTERM");
  }
}
