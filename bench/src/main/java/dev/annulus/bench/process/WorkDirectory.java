// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory in memory for sockets and shared files; removed with all that is in it. */
public final class WorkDirectory implements AutoCloseable {
  private static final String PREFIX = "annulus-bench-";
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path path;
  private final Runnable undo = this::delete;

  private WorkDirectory(Path path) {
    this.path = path;
    Leftovers.add(undo);
  }

  /**
   * Makes one. Those of runs that were killed are removed first.
   *
   * @throws IOException where it cannot be made
   */
  public static WorkDirectory create() throws IOException {
    Path parent =
        Files.isWritable(SHARED_MEMORY)
            ? SHARED_MEMORY
            : Path.of(System.getProperty("java.io.tmpdir"));
    removeAbandoned(parent);
    String prefix = PREFIX + ProcessHandle.current().pid() + "-";
    return new WorkDirectory(Files.createTempDirectory(parent, prefix));
  }

  /**
   * Makes one on a disk, beside what is built or with the user's other caches.
   *
   * @throws IOException where it cannot be made
   */
  public static WorkDirectory onDisk() throws IOException {
    String home = System.getProperty("annulus.home");
    Path parent =
        home != null
            ? Path.of(home, "target")
            : Path.of(System.getProperty("user.home"), ".cache", "annulus");
    Files.createDirectories(parent);
    removeAbandoned(parent);
    String prefix = PREFIX + ProcessHandle.current().pid() + "-";
    return new WorkDirectory(Files.createTempDirectory(parent, prefix));
  }

  /** A directory whose name has the number of a process that is no more. */
  private static void removeAbandoned(Path parent) throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      all.filter(WorkDirectory::abandoned).toList().forEach(WorkDirectory::deleteTree);
    }
  }

  private static boolean abandoned(Path directory) {
    String name = directory.getFileName().toString();
    if (!name.matches(PREFIX + "[0-9]{1,9}-.*")) {
      return false;
    }
    long pid = Long.parseLong(name.split("-")[2]);
    return ProcessHandle.of(pid).isEmpty();
  }

  /** A path in it. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  private void delete() {
    deleteTree(path);
  }

  static void deleteTree(Path root) {
    try (Stream<Path> tree = Files.walk(root)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      return; // somebody else was first
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + root + "; remove it by hand", e);
    }
  }

  @Override
  public void close() {
    delete();
    Leftovers.forget(undo);
  }
}
