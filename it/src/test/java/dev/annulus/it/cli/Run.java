// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of a test: what it prints goes to files, and it is gone when the test is. */
final class Run implements AutoCloseable {
  static final Duration LONGEST = Duration.ofSeconds(50);

  private final Process process;
  private final Path directory;

  private Run(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /** Starts {@code annulus ARGUMENTS}. */
  static Run annulus(String... arguments) throws IOException {
    return start(Program.annulus(List.of(arguments)));
  }

  /** Starts any program. Its standard input stays open. */
  static Run start(List<String> command) throws IOException {
    Path directory = Files.createTempDirectory("annulus-it-");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(directory.resolve("out").toFile());
    builder.redirectError(directory.resolve("err").toFile());
    // The default socket of whoever runs the tests is none of their business.
    builder.environment().put("XDG_RUNTIME_DIR", directory.toString());
    return new Run(builder.start(), directory);
  }

  /** Runs {@code annulus ARGUMENTS} to its end. */
  static Result annulusToEnd(String... arguments) throws Exception {
    try (Run run = annulus(arguments)) {
      return run.end();
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String out() throws IOException {
    return Files.readString(directory.resolve("out"));
  }

  String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  /** Waits for its end. */
  Result end() throws Exception {
    return end(LONGEST);
  }

  Result end(Duration most) throws Exception {
    if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
      fail("still running after " + most + ", printed: " + out() + err());
    }
    return new Result(process.exitValue(), out(), err());
  }

  /** Waits until it has printed something. */
  void awaitOutput(String text) throws Exception {
    Deadline.await(
        LONGEST,
        () -> "the output '" + text + "'",
        () -> {
          if (!process.isAlive()) {
            fail("ended instead of printing '" + text + "': " + end());
          }
          return out().contains(text);
        });
  }

  /** {@code kill -NAME}. */
  void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    if (kill.waitFor() != 0) {
      fail("kill -" + name + " failed");
    }
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
        Files.delete(file);
      }
    }
  }
}
