// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.ExitCode;
import java.io.PrintWriter;
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

  @Parameters(arity = "0..1", paramLabel = "TOPIC", description = "A command, or exit-codes.")
  String topic;

  @Override
  public Integer call() {
    CommandLine annulus = spec.parent().commandLine();
    PrintWriter out = spec.commandLine().getOut();
    if (topic == null) {
      annulus.usage(out);
    } else if (topic.equals(EXIT_CODES)) {
      exitCodes(out);
    } else if (annulus.getSubcommands().containsKey(topic)) {
      annulus.getSubcommands().get(topic).usage(out);
    } else {
      throw new ParameterException(
          spec.commandLine(), "'" + topic + "' is neither a command nor " + EXIT_CODES);
    }
    return ExitCode.OK.status();
  }

  private static void exitCodes(PrintWriter out) {
    for (ExitCode code : ExitCode.values()) {
      out.printf("%4d  %s%n", code.status(), code.meaning());
    }
    out.println("128+N  ended by signal N, after cleaning up: 130 Ctrl-C, 143 SIGTERM");
  }
}
