// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Units;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fresh directory for one run, with mode 0700, deleted at the end. Its methods may be called from
 * any thread.
 */
public final class Workspace implements AutoCloseable {
  /** Room for the host's log and what the file system itself needs. */
  private static final long SLACK = 1 << 20;

  private final Path directory;
  private boolean kept;

  private Workspace(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the directory, if there is room for what it shall hold.
   *
   * @param parent where to make it
   * @param bytes that will be written to it
   * @return the workspace
   * @throws CommandException where the disk has too little room; says how much is missing
   * @throws IOException where it cannot be made
   */
  public static Workspace make(Path parent, long bytes) throws CommandException, IOException {
    long needed = bytes + SLACK;
    long free = Files.getFileStore(parent).getUsableSpace();
    if (free < needed) {
      throw new CommandException(
          ExitCode.NO_SPACE,
          "needs %s in %s, which has %s: %s are missing; make room there, or choose another place"
                  .formatted(
                      Units.size(needed), parent, Units.size(free), Units.size(needed - free))
              + " with --dir");
    }
    return new Workspace(Files.createTempDirectory(parent, "annulus-"));
  }

  /**
   * The directory itself.
   *
   * @return an absolute path without links
   * @throws IOException where it is gone
   */
  public Path directory() throws IOException {
    return directory.toRealPath();
  }

  /**
   * Where the host listens.
   *
   * @return a path in the directory
   */
  public Path socket() {
    return directory.resolve("host.sock");
  }

  /**
   * The file behind the NVMe namespace.
   *
   * @return a path in the directory
   */
  public Path device() {
    return directory.resolve("nvme.img");
  }

  /**
   * What the host prints to standard error.
   *
   * @return a path in the directory
   */
  public Path log() {
    return directory.resolve("host.log");
  }

  /** Leaves the directory where it is. */
  public synchronized void keep() {
    kept = true;
  }

  /** Deletes the directory with all that is in it, unless it is to be kept. */
  @Override
  public synchronized void close() throws IOException {
    if (kept || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
