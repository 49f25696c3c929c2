// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where io_uring is forbidden, all works with the stand-in, and who forbids it is named. */
class ForbiddenTest {
  private static final Path SETTING = Path.of("/proc/sys/kernel/io_uring_disabled");
  private static final String BY_SECCOMP = "seccomp filter";
  private static final String BY_SETTING = "kernel.io_uring_disabled is 2";

  @TempDir Path temporary;

  /** Starts the command where io_uring is forbidden. */
  private interface Forbidden {
    Run start(String... arguments) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS"})
  void bySeccomp(String errno) throws Exception {
    check(
        arguments -> Run.start(Program.withoutIoUring(errno, List.of(arguments))),
        BY_SECCOMP,
        errno);
  }

  @Test
  void bySetting() throws Exception {
    assumeTrue(Files.isWritable(SETTING), "only root can set kernel.io_uring_disabled");
    String before = Files.readString(SETTING).strip();
    try {
      Files.writeString(SETTING, "2");
      check(Run::annulus, BY_SETTING, "EPERM");
    } finally {
      Files.writeString(SETTING, before);
    }
    assertEquals(before, Files.readString(SETTING).strip());
  }

  private void check(Forbidden forbidden, String culprit, String errno) throws Exception {
    hostsUseTheStandIn(forbidden, culprit, errno);
    quickstartIsVerified(forbidden, culprit);
    whoRequiresIoUringIsRefused(forbidden, culprit);
    doctorNamesTheCulprit(forbidden, culprit);
  }

  private void hostsUseTheStandIn(Forbidden forbidden, String culprit, String errno)
      throws Exception {
    Path root = Files.createDirectories(temporary.resolve("root"));
    Files.writeString(root.resolve("a"), "content");
    String socket = temporary.resolve("host.sock").toString();
    try (Run host = forbidden.start("serve", "--root", root.toString(), "--socket", socket)) {
      host.awaitOutput("ready: ");
      assertTrue(host.out().contains("(thread pool; io_uring_setup: " + errno), host.out());
      assertTrue(host.out().contains(culprit), host.out());
      assertEquals(1, host.out().lines().count(), host.out());
      Result cat = Run.annulusToEnd("cat", "file:/a", "--socket", socket).succeeded();
      assertEquals("content", cat.out());
      Run.annulusToEnd("cp", "file:/a", "file:/b", "--socket", socket).succeeded();
      assertEquals("content", Files.readString(root.resolve("b")));
    }
  }

  private void quickstartIsVerified(Forbidden forbidden, String culprit) throws Exception {
    Path file = Files.write(temporary.resolve("file"), new byte[1_000_003]);
    Path work = Files.createDirectories(temporary.resolve("work"));
    try (Run run = forbidden.start("quickstart", file.toString(), "--dir", work.toString())) {
      Result result = run.end().succeeded();
      assertTrue(result.out().contains("verified: all are the same"), result.out());
      assertTrue(result.out().contains("thread pool: io_uring_setup: "), result.out());
      assertTrue(result.out().contains(culprit), result.out());
    }
  }

  private void whoRequiresIoUringIsRefused(Forbidden forbidden, String culprit) throws Exception {
    String socket = temporary.resolve("never.sock").toString();
    try (Run run =
        forbidden.start(
            "serve", "--root", temporary.toString(), "--socket", socket, "--ring", "require")) {
      run.end().failed(10, "io_uring_setup", culprit);
    }
  }

  private void doctorNamesTheCulprit(Forbidden forbidden, String culprit) throws Exception {
    try (Run run = forbidden.start("doctor", "--json")) {
      Result result = run.end();
      assertEquals(10, result.noStackTrace().status());
      assertTrue(result.out().contains("\"io_uring_usable\" : false"), result.out());
      assertTrue(result.out().contains(culprit), result.out());
    }
  }

  @Test
  void doctorSaysWhatThereIs() throws Exception {
    Result result = Run.annulusToEnd("doctor");
    String out = result.noStackTrace().out();
    assertTrue(result.status() == 0 || result.status() == 10, result::toString);
    assertEquals(result.status() == 0, out.contains("io_uring          usable"), out);
    for (String fact : new String[] {"kernel", "JDK", "seccomp", "futex_waitv", "open files"}) {
      assertTrue(out.contains(fact), out);
    }
  }
}
