// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs {@link Victim}; killed when closed. */
final class Child implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final PrintStream in;

  private Child(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    out = process.inputReader();
    in = new PrintStream(process.getOutputStream(), true);
  }

  /** Starts the victim in a role. */
  static Child start(String... arguments) throws IOException {
    return new Child(java(arguments));
  }

  /** Another main class of these tests, with one module's classes replaced. */
  static Child startPatched(Class<?> main, String module, Path classes, String... arguments)
      throws IOException {
    List<String> command = java(main, arguments);
    int path = command.indexOf("-cp") + 1;
    if (path > 0) {
      command.set(path, classes + ":" + command.get(path));
    } else {
      command.addAll(1, List.of("--patch-module", module + "=" + classes));
    }
    return new Child(command);
  }

  /** Another main class of these tests. */
  static Child startMain(Class<?> main, String... arguments) throws IOException {
    return new Child(java(main, arguments));
  }

  /** The same, with one carrier for all virtual threads. */
  static Child startWithOneCarrier(String... arguments) throws IOException {
    List<String> command = java(arguments);
    command.addAll(
        1,
        List.of(
            "-Djdk.virtualThreadScheduler.parallelism=1",
            "-Djdk.virtualThreadScheduler.maxPoolSize=1"));
    return new Child(command);
  }

  /** The same, with a limit of descriptors. */
  static Child startWithDescriptors(int limit, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"));
    command.addAll(java(arguments));
    return new Child(command);
  }

  /** As this JVM runs the tests: as a patched module, or from the class path. */
  private static List<String> java(String... arguments) {
    return java(Victim.class, arguments);
  }

  private static List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.add("--illegal-native-access=deny");
    Module module = Victim.class.getModule();
    if (module.isNamed()) {
      String name = module.getName();
      command.add("--enable-native-access=dev.annulus.ffi");
      command.addAll(List.of("--module-path", System.getProperty("jdk.module.path")));
      command.addAll(List.of("--patch-module", name + "=" + testClasses()));
      command.addAll(List.of("-m", name + "/" + main.getName()));
    } else {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(main.getName());
    }
    command.addAll(List.of(arguments));
    return command;
  }

  /** Where this module's compiled tests are. */
  private static Path testClasses() {
    URL own = Victim.class.getResource("Victim.class");
    try {
      Path file = Path.of(own.toURI());
      int depth = Victim.class.getName().split("\\.").length;
      return file.getRoot().resolve(file.subpath(0, file.getNameCount() - depth));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the next line, which must be this. */
  void says(String line) throws IOException {
    assertEquals(line, out.readLine());
  }

  /** The next line. */
  String line() throws IOException {
    return out.readLine();
  }

  /** Sends a line. */
  void tell(String line) {
    in.println(line);
  }

  /** Sends a signal. */
  void signal(String name) throws IOException, InterruptedException {
    Signals.send(name, pid());
  }

  int pid() {
    return (int) process.pid();
  }

  /** Waits until nothing is left of a process that was killed. */
  void ended() {
    try {
      assertTrue(process.waitFor(20, TimeUnit.SECONDS), "a killed process does not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    ended();
  }
}
