// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Units;
import dev.annulus.nvme.Backing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the blocks of a model are in, as in {@code FILE[:SIZE]}, or memory, as in {@code :SIZE}.
 *
 * @param file the backing file, or null for memory
 * @param size bytes, or {@link #AS_IT_IS}
 */
record ModelFile(Path file, long size) {
  /** The size that the file has already. */
  static final long AS_IT_IS = -1;

  private static final Pattern WITH_SIZE = Pattern.compile("(.*):(\\d+[KMGT]?(?:iB)?)");

  /** Reads it; throws IllegalArgumentException with its fault. */
  static ModelFile parse(String text) {
    Matcher sized = WITH_SIZE.matcher(text);
    if (!sized.matches()) {
      return new ModelFile(Path.of(text), AS_IT_IS);
    }
    Path file = sized.group(1).isEmpty() ? null : Path.of(sized.group(1));
    return new ModelFile(file, Units.parseSize(sized.group(2)));
  }

  /** Opens it; a file is made, or made longer, where a size is given. */
  Backing open(int blockSize) throws CommandException, IOException {
    long bytes = namespaceSize(blockSize);
    if (file == null) {
      return Backing.memory(bytes);
    }
    try {
      return Backing.file(file, bytes);
    } catch (FileNotFoundException e) {
      boolean directory = Files.isDirectory(file);
      throw new CommandException(
          directory ? ExitCode.USAGE : ExitCode.DENIED,
          "a model over "
              + e.getMessage()
              + (directory ? ": name a file" : ": it must be readable and writable"),
          e);
    }
  }

  /** How large the namespace will be: whole blocks, at least one. */
  long namespaceSize(int blockSize) throws CommandException, IOException {
    if (size == AS_IT_IS && !Files.exists(file)) {
      throw new CommandException(
          ExitCode.NOT_FOUND,
          file + ": no such file; with :SIZE it is made, as in " + file + ":1G");
    }
    long bytes = size == AS_IT_IS ? Files.size(file) : size;
    long whole = bytes / blockSize * blockSize;
    if (whole == 0) {
      throw new CommandException(
          ExitCode.USAGE, this + ": must have at least " + blockSize + " bytes, one block");
    }
    return whole;
  }

  @Override
  public String toString() {
    return file == null ? "memory of " + size + " bytes" : file.toString();
  }
}
