// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How much processor time threads have used, by {@code schedstat} of {@code proc(5)}. */
final class ProcessorTime {
  private static final Path CURRENT = Path.of("/proc/thread-self");
  private static final Path ALL = Path.of("/proc/self/task");

  /** The kernel cuts names off after so many characters. */
  private static final int NAME_LENGTH = 15;

  private ProcessorTime() {}

  /** Nanoseconds that the calling platform thread has used. */
  static long current() throws IOException {
    return of(CURRENT);
  }

  /** Nanoseconds that the one thread has used of that name. */
  static long of(String name) throws IOException {
    List<Path> found;
    try (Stream<Path> tasks = Files.list(ALL)) {
      found = tasks.filter(each -> isNamed(each, name)).toList();
    }
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " threads are named " + name);
    }
    return of(found.getFirst());
  }

  private static boolean isNamed(Path task, String name) {
    try {
      String cut = name.substring(0, Math.min(name.length(), NAME_LENGTH));
      return Files.readString(task.resolve("comm")).strip().equals(cut);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static long of(Path task) throws IOException {
    return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
  }
}
