// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  @TempDir Path temporary;

  @Test
  void isPrivateAndGoneAfterwards() throws Exception {
    Path directory;
    try (Workspace place = Workspace.make(temporary, 100)) {
      directory = place.directory();
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
      Files.writeString(place.device(), "x");
      Files.createDirectory(directory.resolve("sub"));
      Files.writeString(directory.resolve("sub/f"), "x");
    }
    assertFalse(Files.exists(directory));
  }

  @Test
  void canBeKept() throws Exception {
    Path directory;
    try (Workspace place = Workspace.make(temporary, 100)) {
      directory = place.directory();
      place.keep();
    }
    assertTrue(Files.exists(directory));
  }

  @Test
  void saysHowMuchRoomIsMissingAndWhere() {
    CommandException e =
        assertThrows(CommandException.class, () -> Workspace.make(temporary, 1L << 60));
    assertEquals(ExitCode.NO_SPACE, e.code());
    assertTrue(e.getMessage().contains("needs 1048576.0 TiB in " + temporary), e.getMessage());
    assertTrue(e.getMessage().contains("are missing"), e.getMessage());
  }
}
