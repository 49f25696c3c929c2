// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed, and what is said to it; nothing here needs a host. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path temporary;

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private void assertRefused(ExitCode code, String part, String... args) {
    assertEquals(code.status(), run(args), err::toString);
    assertTrue(err.toString().startsWith("annulus: "), err.toString());
    assertTrue(err.toString().contains(part), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
    assertEquals("", out.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"quickstart", "serve", "cp", "cat", "stat", "doctor", "nvme", "bench", "help"})
  void everyCommandHasHelpAndVersion(String command) {
    assertEquals(0, run(command, "--help"));
    assertTrue(out.toString().startsWith("Usage: annulus " + command), out.toString());
    assertTrue(out.toString().contains("annulus help exit-codes"), out.toString());
    assertEquals(0, run(command, "--version"));
    assertTrue(out.toString().contains("annulus " + Version.number()), out.toString());
    String usage = out.toString();
    assertEquals(0, run("help", command));
    assertTrue(out.toString().length() > usage.length());
    assertEquals("", err.toString());
  }

  @Test
  void linesOfHelpFitInAHundredColumns() {
    for (String command : List.of("quickstart", "serve", "cp", "cat", "stat", "doctor", "nvme")) {
      run(command, "--help");
    }
    assertTrue(out.toString().lines().allMatch(line -> line.length() <= 100), out.toString());
  }

  @Test
  void everyCommandOfNvmeHasHelpThatFits() {
    List<String> commands =
        List.of(
            "list",
            "id",
            "smart",
            "errors",
            "read",
            "write",
            "flush",
            "format",
            "reset",
            "bench",
            "ns list",
            "ns create",
            "ns delete",
            "ns attach",
            "ns detach",
            "zones report",
            "zones append",
            "zones open",
            "zones close",
            "zones finish",
            "zones reset",
            "zones offline");
    for (String command : commands) {
      out.getBuffer().setLength(0);
      assertEquals(0, run(("nvme " + command + " --help").split(" ")));
      assertTrue(out.toString().startsWith("Usage: annulus nvme " + command), out.toString());
      assertTrue(out.toString().lines().allMatch(line -> line.length() <= 100), out.toString());
      String usage = out.toString();
      assertEquals(0, run(("help nvme " + command).split(" ")));
      assertEquals(usage + usage, out.toString());
    }
    assertEquals(2, run("nvme"));
    assertTrue(err.toString().contains("vfio:PCI-ADDRESS"), err.toString());
    assertRefusedAfter(ExitCode.USAGE, "'nope' is neither a command", "help", "nvme", "nope");
  }

  private void assertRefusedAfter(ExitCode code, String part, String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    assertRefused(code, part, args);
  }

  @Test
  void allExitStatusesAreDocumented() {
    assertEquals(0, run("help", "exit-codes"));
    for (ExitCode code : ExitCode.values()) {
      assertTrue(out.toString().contains(code.status() + "  " + code.meaning()));
    }
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    assertEquals(2, run());
    assertTrue(err.toString().startsWith("Usage: annulus"), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void whatIsNotKnownIsRefused() {
    assertRefused(ExitCode.USAGE, "Did you mean: annulus cp?", "cpp");
  }

  @Test
  void unknownOptionsAreRefused() {
    assertRefused(ExitCode.USAGE, "Unknown option: '--bogus'", "cp", "--bogus", "null:", "null:");
  }

  @Test
  void missingParametersAreNamed() {
    assertRefused(ExitCode.USAGE, "TARGET", "cp", "file:/a");
  }

  @Test
  void urlsWithoutASchemeAreRefused() {
    assertRefused(ExitCode.USAGE, "file:/a ?", "cp", "/a", "null:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1025", "-1", "x"})
  void depthsOutOfRangeAreRefused(String depth) {
    assertRefused(ExitCode.USAGE, "--depth", "cp", "null:", "null:", "--depth", depth);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "17M", "1X"})
  void blockSizesOutOfRangeAreRefused(String size) {
    assertRefused(ExitCode.USAGE, "--block-size", "cp", "null:", "null:", "--block-size", size);
  }

  @Test
  void aSocketWhereNoHostRunsIsNamed() {
    String socket = temporary.resolve("none.sock").toString();
    assertRefused(
        ExitCode.NO_HOST, "annulus serve --socket " + socket, "stat", "null:", "--socket", socket);
  }

  @Test
  void aSocketPathThatIsTooLongIsRefused() {
    String socket = "/tmp/" + "x".repeat(200);
    assertRefused(ExitCode.USAGE, "107", "stat", "null:", "--socket", socket);
  }

  @Test
  void aHostNeedsADirectoryToServe() {
    String missing = temporary.resolve("missing").toString();
    assertRefused(ExitCode.NOT_FOUND, "no such directory", "serve", "--root", missing);
  }

  @Test
  void aHostNeedsAReactor() {
    String root = temporary.toString();
    assertRefused(ExitCode.USAGE, "--reactors 0", "serve", "--root", root, "--reactors", "0");
    assertRefused(
        ExitCode.USAGE, "--client-memory 0", "serve", "--root", root, "--client-memory", "0");
  }

  @Test
  void policiesAreRefusedByName() {
    assertRefused(
        ExitCode.USAGE, "--ring", "serve", "--root", temporary.toString(), "--ring", "maybe");
  }

  @Test
  void whatQuickstartCannotFindIsNamed() {
    String file = temporary.resolve("missing").toString();
    assertRefused(ExitCode.NOT_FOUND, "no such file: " + file, "quickstart", file);
    assertEquals("", out.toString());
  }

  @Test
  void quickstartCopiesFilesOnly() {
    assertRefused(ExitCode.USAGE, "not a regular file", "quickstart", temporary.toString());
  }

  @Test
  void comparisonsThatAreNotThereSayHowToBuildThem() {
    assertRefused(ExitCode.PEER_MISSING, "./dev build", "bench", "kernel-nop", "--seconds", "3");
  }

  @Test
  void debugShowsTheStackTrace() {
    String file = temporary.resolve("missing").toString();
    assertEquals(4, run("quickstart", file, "--debug"));
    assertTrue(err.toString().contains("\tat "), err.toString());
  }
}
