// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks the installed C compiler and headers, which are the source of every layout and number. */
final class CProgram {
  private CProgram() {}

  /** Skips the test where a program that includes this header does not compile. */
  static void assumeHeader(Path directory, String header) throws IOException {
    boolean compiles;
    try {
      Path source = Files.writeString(directory.resolve("probe.c"), "#include <" + header + ">\n");
      compiles = run(directory, "gcc", "-fsyntax-only", source.toString()).status == 0;
    } catch (IOException e) {
      compiles = false;
    }
    assumeTrue(compiles, "gcc or the header " + header + " is not installed: nothing to ask");
  }

  /** Runs {@code main} with a body that prints lines of "name number"; answers the numbers. */
  static Map<String, Long> numbers(Path directory, String headers, String body) throws IOException {
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (String line : lines(directory, headers, body)) {
      int blank = line.lastIndexOf(' ');
      numbers.put(line.substring(0, blank), Long.decode(line.substring(blank + 1)));
    }
    return numbers;
  }

  /** Runs {@code main} with a body that prints; answers the lines. */
  static List<String> lines(Path directory, String headers, String body) throws IOException {
    StringBuilder text = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n");
    headers.lines().forEach(header -> text.append("#include <").append(header).append(">\n"));
    text.append("int main(void) {\n").append(body).append("\nreturn 0;\n}\n");
    Path source = Files.writeString(directory.resolve("ask.c"), text);
    Path program = directory.resolve("ask");
    Output compiled = run(directory, "gcc", "-o", program.toString(), source.toString());
    assertEquals(0, compiled.status, () -> String.join("\n", compiled.lines));
    Output said = run(directory, program.toString());
    assertEquals(0, said.status);
    return said.lines;
  }

  private record Output(int status, List<String> lines) {}

  private static Output run(Path directory, String... command) throws IOException {
    Path log = Files.createTempFile(directory, "run", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "still runs after 30 s: " + command[0]);
      return new Output(process.exitValue(), new ArrayList<>(Files.readAllLines(log)));
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
