// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  @TempDir Path temporary;

  @Test
  void aSizeStandsAfterTheLastColon() {
    assertEquals(new ModelFile(Path.of("/a"), ModelFile.AS_IT_IS), ModelFile.parse("/a"));
    assertEquals(new ModelFile(Path.of("/a"), 16 << 20), ModelFile.parse("/a:16M"));
    assertEquals(new ModelFile(Path.of("/a:b"), ModelFile.AS_IT_IS), ModelFile.parse("/a:b"));
    assertEquals(new ModelFile(Path.of("/a:1"), 2048), ModelFile.parse("/a:1:2K"));
  }

  @Test
  void sizesBeyond63BitsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> ModelFile.parse("/a:9000000T"));
  }

  @Test
  void aMissingFileNeedsASize() throws Exception {
    Path missing = temporary.resolve("missing");
    assertEquals(ExitCode.NOT_FOUND, refusal(new ModelFile(missing, ModelFile.AS_IT_IS)));
    assertEquals(8192, new ModelFile(missing, 8192).namespaceSize(4096));
  }

  @Test
  void aNamespaceHasWholeBlocks() throws Exception {
    Path file = Files.write(temporary.resolve("f"), new byte[9000]);
    assertEquals(8192, new ModelFile(file, ModelFile.AS_IT_IS).namespaceSize(4096));
    assertEquals(16384, new ModelFile(file, 16384 + 4095).namespaceSize(4096));
    assertEquals(ExitCode.USAGE, refusal(new ModelFile(file, 4095)));
  }

  private static ExitCode refusal(ModelFile file) {
    return assertThrows(CommandException.class, () -> file.namespaceSize(4096)).code();
  }
}
