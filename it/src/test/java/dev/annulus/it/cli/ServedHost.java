// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** {@code annulus serve} in a process of its own, ready for clients. */
final class ServedHost implements AutoCloseable {
  /** The value of {@code --socket} for clients. */
  final String socket;

  final Path root;
  private final Run run;

  private ServedHost(Run run, Path root, String socket) {
    this.run = run;
    this.root = root;
    this.socket = socket;
  }

  /** Serves a new directory below another, and waits until clients can attach. */
  static ServedHost start(Path below, String... options) throws Exception {
    Path root = Files.createDirectory(below.resolve("root"));
    String socket = below.resolve("host.sock").toString();
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--root", root.toString(), "--socket", socket));
    arguments.addAll(List.of(options));
    Run run = Run.annulus(arguments.toArray(String[]::new));
    try {
      run.awaitOutput("ready: ");
      return new ServedHost(run, root, socket);
    } catch (Exception | AssertionError e) {
      run.close();
      throw e;
    }
  }

  Run run() {
    return run;
  }

  /** Starts {@code annulus COMMAND --socket …} as this host's client. */
  Run client(String... arguments) throws IOException {
    return Run.annulus(
        Stream.concat(Stream.of(arguments), Stream.of("--socket", socket)).toArray(String[]::new));
  }

  /** Runs it to its end. */
  Result clientToEnd(String... arguments) throws Exception {
    try (Run client = client(arguments)) {
      return client.end();
    }
  }

  /** Open descriptors of the host. */
  long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + run.pid() + "/fd"))) {
      return all.count();
    }
  }

  /** Mappings of memory that it shares with clients. */
  long sharedMappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + run.pid() + "/maps"))) {
      return lines
          .filter(line -> line.contains("annulus"))
          .filter(line -> line.contains("memfd"))
          .count();
    }
  }

  @Override
  public void close() throws IOException {
    run.close();
  }
}
