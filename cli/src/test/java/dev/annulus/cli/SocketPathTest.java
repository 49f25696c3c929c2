// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SocketPathTest {
  @TempDir Path temporary;
  private int uid;

  @BeforeEach
  void whoAmI() throws IOException {
    uid = (Integer) Files.getAttribute(temporary, "unix:uid");
  }

  private SocketPath underRuntime() {
    return new SocketPath(temporary.toString(), temporary.resolve("tmp"), uid);
  }

  @Test
  void aHostMakesItsDirectoryForItsUserAlone() throws Exception {
    Path directory = temporary.resolve("annulus");
    assertEquals(directory.resolve("host.sock"), underRuntime().forHost());
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    assertEquals(directory.resolve("host.sock"), underRuntime().forClient());
  }

  @Test
  void aClientMakesNothing() throws Exception {
    underRuntime().forClient();
    assertFalse(Files.exists(temporary.resolve("annulus")));
  }

  @Test
  void withoutARuntimeDirectoryItIsBelowTmp() {
    Path expected = temporary.resolve("annulus-" + uid).resolve("host.sock");
    assertEquals(expected, new SocketPath(null, temporary, uid).path());
    assertEquals(expected, new SocketPath("", temporary, uid).path());
    assertEquals(expected, new SocketPath(temporary + "/missing", temporary, uid).path());
  }

  @Test
  void anotherUsersRuntimeDirectoryIsNotUsed() {
    int other = uid + 1;
    assertEquals(
        temporary.resolve("annulus-" + other).resolve("host.sock"),
        new SocketPath(temporary.toString(), temporary, other).path());
  }

  @Test
  void aDirectoryThatOthersCanWriteIsRefused() throws IOException {
    Path directory = Files.createDirectory(temporary.resolve("annulus"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertDenied(underRuntime());
  }

  @Test
  void aDirectoryOfAnotherUserIsRefused() throws IOException {
    int other = uid + 1;
    Path directory = temporary.resolve("annulus-" + other);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    assertDenied(new SocketPath(null, temporary, other));
  }

  @Test
  void aLinkInItsPlaceIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(temporary.resolve("annulus"), elsewhere);
    assertDenied(underRuntime());
  }

  private static void assertDenied(SocketPath path) {
    for (Executable use : new Executable[] {path::forClient, path::forHost}) {
      assertEquals(ExitCode.DENIED, assertThrows(CommandException.class, use).code());
    }
  }
}
