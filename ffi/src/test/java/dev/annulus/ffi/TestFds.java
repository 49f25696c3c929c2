// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** This process's descriptors, as the kernel counts them. */
final class TestFds {
  private TestFds() {}

  /**
   * How many are open, without those of archives and randomness: the JVM opens them at its will.
   */
  static long count() {
    try (Stream<Path> open = java.nio.file.Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(fd -> !target(fd).matches(".*\\.jar|/dev/u?random")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path fd) {
    try {
      return java.nio.file.Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** Passes on a descriptor that must be one. */
  static int opened(int fd) {
    assertTrue(fd >= 0, "errno " + -fd);
    return fd;
  }

  /** What /proc says of a descriptor's flags, in octal. */
  static int flags(int fd) throws IOException {
    return java.nio.file.Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd)).stream()
        .filter(line -> line.startsWith("flags:"))
        .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8))
        .findFirst()
        .orElseThrow();
  }
}
