// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this process holds, to be the same before and after.
 *
 * @param descriptors open ones by kind, but for those that the JVM opens by itself
 * @param mappings of rings and of memory files
 * @param threads of ours, by name
 */
record Held(Map<String, Long> descriptors, long mappings, Map<String, Long> threads) {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** A thread of the process, not of what used it: it ends a second after the last did. */
  private static final String LASTS = "annulus-futexes";

  static Held now() {
    return new Held(openDescriptors(), ourMappings(), ourThreads());
  }

  private static Map<String, Long> openDescriptors() {
    Map<String, Long> kinds = new TreeMap<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        String kind = kind(descriptor);
        if (!kind.matches(".*\\.jar|/dev/u?random|.*/modules")) {
          kinds.merge(kind, 1L, Long::sum);
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

  private static long ourMappings() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.matches(".*(io_uring|/memfd:annulus-).*")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Long> ourThreads() {
    Map<String, Long> names = new TreeMap<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      String name = thread.getName();
      if (name.startsWith("annulus") && !name.equals(LASTS)) {
        names.merge(name, 1L, Long::sum);
      }
    }
    return names;
  }

  /** Waits for the end of the thread that is not counted. */
  static void assertNoThreadLasts() {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (Thread.getAllStackTraces().keySet().stream().anyMatch(Held::lasts)) {
      assertTrue(System.nanoTime() - deadline < 0, LASTS + " does not end");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static boolean lasts(Thread thread) {
    return thread.getName().equals(LASTS);
  }

  /** Waits until no more and no less is held: a thread that was asked to end may be on its way. */
  void assertHeldAgain(String when) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    Held last = now();
    while (!last.equals(this) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(1_000_000);
      last = now();
    }
    assertEquals(this, last, when);
  }
}
