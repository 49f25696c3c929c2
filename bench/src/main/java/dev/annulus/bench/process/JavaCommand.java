// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM that is like this one and does a part of a comparison. */
public final class JavaCommand {
  private final List<String> options = new ArrayList<>();
  private final int cpu;
  private final List<String> arguments = new ArrayList<>();

  private JavaCommand(int cpu) {
    this.cpu = cpu;
  }

  /**
   * A JVM whose working thread is pinned.
   *
   * @param cpu the processor
   * @param role what it does, and the role's arguments
   */
  public static JavaCommand on(int cpu, Object... role) {
    JavaCommand command = new JavaCommand(cpu);
    for (Object word : role) {
      command.arguments.add(word.toString());
    }
    return command;
  }

  /** The same with one more option of the JVM. */
  public JavaCommand option(String... option) {
    options.addAll(List.of(option));
    return this;
  }

  /**
   * What Agrona and Aeron are run with for speed: their users open this package to them, and turn
   * the bounds checks off.
   */
  public JavaCommand forAgrona() {
    return option(
        "--add-exports",
        "java.base/jdk.internal.misc=org.agrona",
        "-Dagrona.disable.bounds.checks=true");
  }

  /** The program and its arguments. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(
        List.of(
            "--enable-native-access=dev.annulus.ffi",
            "--illegal-native-access=deny",
            "-XX:+UseSerialGC",
            "-Xms64m",
            "-XX:-UsePerfData"));
    words.addAll(options);
    words.addAll(
        List.of(
            "-p",
            System.getProperty("jdk.module.path"),
            "-m",
            "dev.annulus.bench/dev.annulus.bench.work.WorkerMain",
            Integer.toString(cpu)));
    words.addAll(arguments);
    return words;
  }
}
