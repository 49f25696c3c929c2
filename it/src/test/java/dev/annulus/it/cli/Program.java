// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The command line that starts what this build made, with the libraries that these tests run with.
 */
final class Program {
  private static final Pattern OURS =
      Pattern.compile(
          ".*/(ffi|ring|uring|peer|scheme|nvme|cli|testkit)/target/(classes|annulus-[^/]*\\.jar)"
              + "|.*/(annulus|picocli|HdrHistogram|jackson)-[^/]*\\.jar");

  private static final String MAIN = "dev.annulus.cli/dev.annulus.cli.Main";

  private Program() {}

  private static String modulePath() {
    return Stream.of("jdk.module.path", "java.class.path")
        .map(name -> System.getProperty(name, ""))
        .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
        .filter(entry -> OURS.matcher(entry).matches())
        .distinct()
        .reduce((one, other) -> one + File.pathSeparator + other)
        .orElseThrow();
  }

  private static List<String> java(String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=dev.annulus.ffi");
    command.add("--illegal-native-access=deny");
    command.addAll(List.of("-XX:+UseSerialGC", "-p", modulePath()));
    command.addAll(List.of(more));
    return command;
  }

  /** {@code annulus ARGUMENTS}. */
  static List<String> annulus(List<String> arguments) {
    List<String> command = java("-m", MAIN);
    command.addAll(arguments);
    return command;
  }

  /** The same where a seccomp filter answers io_uring's calls with an error: EPERM or ENOSYS. */
  static List<String> withoutIoUring(String errno, List<String> arguments) {
    List<String> command =
        java(
            "--add-modules",
            "dev.annulus.cli",
            "--add-exports",
            "dev.annulus.cli/dev.annulus.cli=dev.annulus.testkit",
            "-m",
            "dev.annulus.testkit/dev.annulus.testkit.Forbidden",
            errno,
            MAIN);
    command.addAll(arguments);
    return command;
  }
}
