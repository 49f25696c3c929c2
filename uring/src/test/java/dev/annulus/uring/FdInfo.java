// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel itself says of a ring: {@code /proc/self/fdinfo}. */
public final class FdInfo {
  private FdInfo() {}

  public static String text(KernelRing ring) {
    try {
      return Files.readString(Path.of("/proc/self/fdinfo/" + ring.fd()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands behind a name. */
  public static String get(KernelRing ring, String name) {
    return text(ring)
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).trim())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + text(ring)));
  }
}
