// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What users get wrong: one message that helps, the right exit status, nothing done. */
class BadInputTest {
  @TempDir static Path temporary;
  private static ServedHost host;

  @BeforeAll
  static void serve() throws Exception {
    host = ServedHost.start(temporary, "--nvme", temporary.resolve("disk") + ":64K");
    Files.writeString(host.root.resolve("a"), "content of a");
    Files.write(host.root.resolve("big"), new byte[100_000]);
    Files.createDirectory(host.root.resolve("dir"));
    Files.writeString(temporary.resolve("secret"), "secret");
    Files.createSymbolicLink(host.root.resolve("out"), temporary.resolve("secret"));
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  private static Arguments bad(int status, String part, String... command) {
    return Arguments.of(status, part, List.of(command));
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        bad(2, "Did you mean file:a ?", "cat", "a"),
        bad(2, "Did you mean nvme:0/1 ?", "cp", "/dev/nvme0n1", "file:/x"),
        bad(2, "no scheme 'nope:', only file:, nvme:, null:, shm:, sys:", "cat", "nope:/x"),
        bad(2, "Unknown option: '--bogus'", "cp", "--bogus", "file:/a", "file:/x"),
        bad(2, "is a directory", "cp", "file:/dir", "file:/x"),
        bad(2, "is a directory", "cp", "file:/a", "file:/dir"),
        bad(2, "are the same", "cp", "file:/a", "file:///a"),
        bad(2, "are the same", "cp", "nvme:0/1", "nvme:0/1"),
        bad(2, "are the same", "cp", "nvme:/ANNULUS0001/1", "nvme:0/1"),
        bad(2, "blocks of 4096 bytes", "cp", "file:/a", "nvme:0/1", "--block-size", "1000"),
        bad(4, "ENOENT", "cat", "file:/missing"),
        bad(4, "ENOENT", "cp", "file:/a", "file:/missing/x"),
        bad(4, "ENOTDIR", "cat", "file:/a/b"),
        bad(4, "nvme:0/1 is namespace 1", "cat", "nvme:7/1"),
        bad(4, "cat nvme:/ has all", "stat", "nvme:/NOBODY/1"),
        bad(5, "for reading only", "cp", "file:/a", "nvme:/0"),
        bad(4, "there is sys:counters", "cat", "sys:other"),
        bad(5, "leaves the root of file:", "cat", "file:/../secret"),
        bad(5, "leaves the root of file:", "cat", "file:/out"),
        bad(5, "leaves the root of file:", "cp", "file:/a", "file:/out"),
        bad(5, "for reading only", "cp", "file:/a", "sys:counters"),
        bad(6, "nvme:0/1 has 65,536 bytes, and 100,000 to copy", "cp", "file:/big", "nvme:0/1"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isToldWhy(int status, String part, List<String> command) throws Exception {
    Result result = host.clientToEnd(command.toArray(String[]::new));
    assertEquals("", result.failed(status, part).out());
    assertEquals("content of a", Files.readString(host.root.resolve("a")));
    assertEquals("secret", Files.readString(temporary.resolve("secret")));
  }

  @Test
  void aSocketWithoutAHost() throws Exception {
    String socket = temporary.resolve("none.sock").toString();
    Run.annulusToEnd("stat", "null:", "--socket", socket)
        .failed(7, "no host is running there", "annulus serve --socket " + socket);
  }

  @Test
  void aSocketThatAHostHasAlready() throws Exception {
    Run.annulusToEnd("serve", "--root", temporary.toString(), "--socket", host.socket)
        .failed(9, "EADDRINUSE", "another host runs there");
  }

  @Test
  void aDeviceFileThatIsNotThere() throws Exception {
    String socket = temporary.resolve("other.sock").toString();
    String missing = temporary.resolve("missing").toString();
    Run.annulusToEnd("serve", "--root", temporary.toString(), "--socket", socket, "--nvme", missing)
        .failed(4, missing, "with :SIZE it is made");
  }

  @Test
  void aComparisonThatIsNotBuilt() throws Exception {
    Run.annulusToEnd("bench", "kernel-nop", "--seconds", "1").failed(3, "./dev build");
  }

  @Test
  void aProgramWithoutNativeAccess() throws Exception {
    List<String> command =
        Program.annulus(List.of("stat", "null:", "--socket", host.socket)).stream()
            .filter(argument -> !argument.startsWith("--enable-native-access"))
            .toList();
    try (Run run = Run.start(command)) {
      run.end().failed(2, "--enable-native-access=dev.annulus.ffi");
    }
  }

  @Test
  void theHostGoesOn() throws Exception {
    assertTrue(host.run().isAlive());
    assertEquals("content of a", host.clientToEnd("cat", "file:/a").succeeded().out());
  }
}
