// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Counts what this process holds, to be the same before and after. */
record Leaks(long descriptors, long ringMappings) {
  static Leaks now() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"));
        Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return new Leaks(open.count(), maps.filter(line -> line.contains("io_uring")).count());
    }
  }
}
