// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.Window;
import dev.annulus.cli.option.SizeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many operations a command keeps in flight, and how large they are. */
final class TuningOptions {
  private CommandSpec command;
  private int depth = 32;
  private long blockSize = 128 << 10;

  @Spec(Spec.Target.MIXEE)
  void command(CommandSpec spec) {
    command = spec;
  }

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "32",
      description = "Operations in flight, 1 to " + Window.MAX_DEPTH + ". Default: 32.")
  void depth(int value) {
    depth = (int) inRange("--depth", value, Window.MAX_DEPTH);
  }

  @Option(
      names = "--block-size",
      paramLabel = "BYTES",
      defaultValue = "128K",
      converter = SizeConverter.class,
      description = "Bytes an operation, 1 to 16M. Default: 128K.")
  void blockSize(Long value) {
    blockSize = inRange("--block-size", value, Window.MAX_BLOCK_SIZE);
  }

  private long inRange(String option, long value, long most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          command.commandLine(), option + " " + value + ": must be 1 to " + most);
    }
    return value;
  }

  int depth() {
    return depth;
  }

  int blockSize() {
    return (int) blockSize;
  }
}
