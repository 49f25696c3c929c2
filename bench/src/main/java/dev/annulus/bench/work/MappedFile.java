// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of zeros that two processes map. */
final class MappedFile {
  private MappedFile() {}

  /** Makes the file, or opens the one that the other process made, and maps it whole. */
  static MappedByteBuffer map(Path path, long size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
    }
  }
}
