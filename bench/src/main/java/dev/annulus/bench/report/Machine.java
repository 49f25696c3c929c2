// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The machine that was measured on.
 *
 * @param cpu model of the processor
 * @param cores how many this process may use
 * @param kernel the operating system's kernel and its version
 * @param jdk vendor and version of the JVM
 */
public record Machine(String cpu, int cores, String kernel, String jdk) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This one. */
  public static Machine here() {
    return new Machine(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  @Override
  public String toString() {
    return cpu + ", " + cores + " cores, " + kernel + ", " + jdk;
  }
}
