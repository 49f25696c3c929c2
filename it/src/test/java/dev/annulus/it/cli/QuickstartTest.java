// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code quickstart}: verified, and nothing left behind, however it ends. */
class QuickstartTest {
  @TempDir Path temporary;

  private Path file(int length) throws IOException {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return Files.write(temporary.resolve("file"), content);
  }

  private String work() throws IOException {
    return Files.createDirectories(temporary.resolve("work")).toString();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> all = Files.list(temporary.resolve("work"))) {
      return all.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 131_072, 1_000_003})
  void filesOfAnySizeAreVerified(int length) throws Exception {
    Path file = file(length);
    Result result = Run.annulusToEnd("quickstart", file.toString(), "--dir", work()).succeeded();
    for (String part :
        new String[] {
          "file: read",
          "nvme: write",
          "nvme: read",
          "file: write",
          "p50",
          "p99",
          "32 bytes",
          "host to kernel",
          "host to device",
          "an operation",
          "verified: all are the same"
        }) {
      assertTrue(result.out().contains(part), () -> "no '" + part + "' in " + result.out());
    }
    assertEquals(4, result.out().lines().filter(line -> line.startsWith("sha256 ")).count());
    assertEquals(List.of(), left());
  }

  @Test
  void jsonIsAllThatIsPrinted() throws Exception {
    Result result =
        Run.annulusToEnd("quickstart", file(300_000).toString(), "--dir", work(), "--json")
            .succeeded();
    assertTrue(result.out().startsWith("{") && result.out().strip().endsWith("}"), result.out());
    assertTrue(result.out().contains("\"verified\" : true"), result.out());
    assertTrue(result.out().contains("\"bytes\" : 300000"), result.out());
  }

  @Test
  void theStandInDoesTheSame() throws Exception {
    Result result =
        Run.annulusToEnd(
                "quickstart", file(1_000_003).toString(), "--dir", work(), "--ring", "never")
            .succeeded();
    assertTrue(result.out().contains("ring to the kernel  thread pool"), result.out());
  }

  @Test
  void whatIsKeptIsTheSame() throws Exception {
    Path file = file(100_000);
    Result result =
        Run.annulusToEnd("quickstart", file.toString(), "--dir", work(), "--keep").succeeded();
    Path kept = left().getFirst();
    assertTrue(result.out().contains("kept: " + kept), result.out());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(kept.resolve("copy-of-file")));
  }

  @Test
  void aFileThatIsNotThere() throws Exception {
    Run.annulusToEnd("quickstart", temporary.resolve("missing").toString(), "--dir", work())
        .failed(4, "no such file");
    assertEquals(List.of(), left());
  }

  /** A run whose transfers take so long that a test meets them, however busy the machine is. */
  private Run slowly() throws IOException {
    String file = file(32 << 20).toString();
    return Run.annulus("quickstart", file, "--dir", work(), "--depth", "1", "--block-size", "4K");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void aSignalLeavesNothingBehind(String signal) throws Exception {
    try (Run run = slowly()) {
      run.awaitOutput("host: process");
      ProcessHandle host = hostOf(run);
      run.signal(signal);
      Result result = run.end();
      assertEquals(signal.equals("INT") ? 130 : 143, result.noStackTrace().status());
      assertEquals("", result.err());
      assertEquals(List.of(), left());
      host.onExit().get(1, TimeUnit.SECONDS);
    }
  }

  @Test
  void aHostNeverOutlivesTheCommand() throws Exception {
    try (Run run = slowly()) {
      run.awaitOutput("host: process");
      ProcessHandle host = hostOf(run);
      run.signal("KILL");
      run.end();
      host.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aHostThatIsKilledEndsTheCommand() throws Exception {
    try (Run run = slowly()) {
      run.awaitOutput("file: -> nvme:0/1");
      hostOf(run).destroyForcibly();
      run.end().failed(8, "is gone", "its last words: it said nothing");
      assertEquals(List.of(), left());
    }
  }

  private static ProcessHandle hostOf(Run run) {
    return ProcessHandle.of(run.pid()).orElseThrow().children().toList().getFirst();
  }
}
