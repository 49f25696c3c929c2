// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of a test, to be killed. */
final class Victim implements AutoCloseable {
  private final Process process;

  private Victim(Process process) {
    this.process = process;
  }

  /** Starts a class's main, and waits until it has printed a line. */
  static Victim start(Class<?> main, String line, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", classPath(main)));
    command.add(main.getName());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Victim victim = new Victim(process);
    BufferedReader out = process.inputReader();
    StringBuilder printed = new StringBuilder();
    for (String next = out.readLine(); next != null; next = out.readLine()) {
      if (next.equals(line)) {
        return victim;
      }
      printed.append(next).append('\n');
    }
    victim.close();
    throw new IOException(main.getName() + " ended before it was ready: " + printed);
  }

  /** Modules and patches of these tests, as one class path. */
  private static String classPath(Class<?> main) {
    String ours = main.getProtectionDomain().getCodeSource().getLocation().getPath();
    return Stream.of(
            Stream.of("jdk.module.path", "java.class.path")
                .flatMap(name -> Stream.of(System.getProperty(name, "").split(File.pathSeparator))),
            Stream.of(ours, ours.replace("/classes", "/test-classes")))
        .flatMap(paths -> paths)
        .filter(path -> !path.isEmpty())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
