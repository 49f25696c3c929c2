// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file behind a model of an NVMe controller, as in {@code --nvme FILE[:SIZE]}.
 *
 * @param file the backing file
 * @param size bytes, or {@link #AS_IT_IS}
 */
record NvmeFile(Path file, long size) {
  /** The size that the file has already. */
  static final long AS_IT_IS = -1;

  /** Bytes of a block of the model. */
  static final int BLOCK_SIZE = 4096;

  private static final Pattern WITH_SIZE = Pattern.compile("(.+):(\\d+[KMGT]?(?:iB)?)");

  /** Reads the value of the option; throws IllegalArgumentException with its fault. */
  static NvmeFile parse(String text) {
    Matcher sized = WITH_SIZE.matcher(text);
    return sized.matches()
        ? new NvmeFile(Path.of(sized.group(1)), Units.parseSize(sized.group(2)))
        : new NvmeFile(Path.of(text), AS_IT_IS);
  }

  /** How large the namespace will be: whole blocks, at least one. */
  long namespaceSize() throws CommandException, IOException {
    boolean exists = Files.exists(file);
    if (!exists && size == AS_IT_IS) {
      throw new CommandException(
          ExitCode.NOT_FOUND, "--nvme " + file + ": no such file; with :SIZE it is made");
    }
    long bytes = size == AS_IT_IS ? Files.size(file) : size;
    long whole = bytes / BLOCK_SIZE * BLOCK_SIZE;
    if (whole == 0) {
      throw new CommandException(
          ExitCode.USAGE, "--nvme " + file + ": must have at least " + BLOCK_SIZE + " bytes");
    }
    return whole;
  }
}
