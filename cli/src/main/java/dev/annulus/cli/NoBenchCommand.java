// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Stands in the place of the comparisons where their module is not there. */
@Command(
    name = "bench",
    description = "Compare with C, Agrona and Aeron. (Not built here: module dev.annulus.bench.)")
final class NoBenchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARG", hidden = true)
  List<String> ignored;

  @Unmatched List<String> ignoredOptions;

  @Override
  public Integer call() throws CommandException {
    throw new CommandException(
        ExitCode.PEER_MISSING,
        "the comparisons are not on the module path: build them with ./dev build in the source tree"
            + " and run ./annulus bench there");
  }
}
