// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the kernel says that this process holds. */
final class Proc {
  private Proc() {}

  /**
   * How many descriptors of each kind are open; those of archives, which the JVM opens, are not.
   */
  static Map<String, Integer> descriptors() {
    Map<String, Integer> kinds = new TreeMap<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        String kind = kind(descriptor);
        if (!kind.matches(".*\\.jar|/dev/u?random")) {
          kinds.merge(kind, 1, Integer::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kinds;
  }

  private static String kind(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().replaceAll(":\\[\\d+]", "");
    } catch (IOException e) {
      return "closed while it was listed";
    }
  }

  /** How many mappings there are of memory files of rings and regions. */
  static long mappings() {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("/memfd:annulus-")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processor time that the live threads of a name have used, at most 15 characters of it. */
  static long cpuNanos(String thread) {
    return cpuNanos("self", thread);
  }

  /** The same, in another process. */
  static long cpuNanos(String process, String thread) {
    return tasks(process, thread).stream()
        .map(task -> read(task.resolve("schedstat")).split(" ", 2)[0])
        .mapToLong(nanos -> nanos.isEmpty() ? 0 : Long.parseLong(nanos))
        .sum();
  }

  /** Whether a thread of a name lives, at most 15 characters of it. */
  static boolean runs(String thread) {
    return !tasks("self", thread).isEmpty();
  }

  /** Whether a live thread of a name is in a system call now, by its number. */
  static boolean inSystemCall(String thread, int number) {
    return tasks("self", thread).stream()
        .anyMatch(task -> read(task.resolve("syscall")).startsWith(number + " "));
  }

  /**
   * Whether all threads of a process have been stopped by a signal: some are still on their way.
   */
  static boolean stopped(int process) {
    return tasks(Integer.toString(process)).stream()
        .allMatch(task -> read(task.resolve("stat")).contains(") T "));
  }

  /** Whether all threads of a process sleep, in whatever call. */
  static boolean asleep(int process) {
    return tasks(Integer.toString(process)).stream()
        .allMatch(task -> read(task.resolve("stat")).contains(") S "));
  }

  private static List<Path> tasks(String process, String thread) {
    return tasks(process).stream()
        .filter(task -> read(task.resolve("comm")).strip().equals(thread))
        .toList();
  }

  private static List<Path> tasks(String process) {
    Path all = Path.of("/proc", process, "task");
    try (Stream<Path> tasks = Files.list(all)) {
      return tasks.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a file says, or nothing: its thread may have ended meanwhile. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Descriptors and mappings, to be compared later. */
  record Held(Map<String, Integer> descriptors, long mappings) {
    static Held now() {
      return new Held(Proc.descriptors(), Proc.mappings());
    }

    /** Waits until no more and no less is held; another thread may still be closing some. */
    void assertHeldAgain() {
      Held[] last = new Held[1];
      eventually(() -> (last[0] = now()).equals(this));
      assertEquals(this, last[0]);
    }
  }

  /** Waits for a condition, at most some seconds; answers whether it came true. */
  static boolean eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  /** As above, and fails where it does not. */
  static void await(Supplier<String> what, BooleanSupplier condition) {
    assertEquals(true, eventually(condition), what);
  }
}
