// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where data for a device comes from: a file, or for null standard input. */
final class DataFile {
  private DataFile() {}

  /** Refuses a file that has less than is to be written. */
  static void require(Path file, long bytes) throws CommandException, IOException {
    if (file != null && Files.size(file) < bytes) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s has %d bytes, and %d are to be written".formatted(file, Files.size(file), bytes));
    }
  }

  /** Opens it; standard input stays open when what this answers is closed. */
  static InputStream open(Path file, InputStream standard) throws IOException {
    return file != null ? Files.newInputStream(file) : new Kept(standard);
  }

  /** Fills a buffer. */
  static void fill(Path file, InputStream stream, ByteBuffer buffer) throws IOException {
    byte[] bytes = stream.readNBytes(buffer.remaining());
    if (bytes.length < buffer.remaining()) {
      throw new IOException(
          (file == null ? "standard input" : file)
              + " ended before what was to be written: what came before is written");
    }
    buffer.put(bytes);
  }

  /** A stream that is another's to close. */
  private static final class Kept extends FilterInputStream {
    Kept(InputStream stream) {
      super(stream);
    }

    @Override
    public void close() {
      // Its owner does that.
    }
  }
}
