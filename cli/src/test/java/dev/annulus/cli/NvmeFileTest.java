// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmeFileTest {
  @TempDir Path temporary;

  @Test
  void aSizeStandsAfterTheLastColon() {
    assertEquals(new NvmeFile(Path.of("/a"), NvmeFile.AS_IT_IS), NvmeFile.parse("/a"));
    assertEquals(new NvmeFile(Path.of("/a"), 16 << 20), NvmeFile.parse("/a:16M"));
    assertEquals(new NvmeFile(Path.of("/a:b"), NvmeFile.AS_IT_IS), NvmeFile.parse("/a:b"));
    assertEquals(new NvmeFile(Path.of("/a:1"), 2048), NvmeFile.parse("/a:1:2K"));
  }

  @Test
  void sizesBeyond63BitsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> NvmeFile.parse("/a:9000000T"));
  }

  @Test
  void aMissingFileNeedsASize() throws Exception {
    Path missing = temporary.resolve("missing");
    assertEquals(ExitCode.NOT_FOUND, refusal(new NvmeFile(missing, NvmeFile.AS_IT_IS)));
    assertEquals(8192, new NvmeFile(missing, 8192).namespaceSize());
  }

  @Test
  void aNamespaceHasWholeBlocks() throws Exception {
    Path file = Files.write(temporary.resolve("f"), new byte[9000]);
    assertEquals(8192, new NvmeFile(file, NvmeFile.AS_IT_IS).namespaceSize());
    assertEquals(16384, new NvmeFile(file, 16384 + 4095).namespaceSize());
    assertEquals(ExitCode.USAGE, refusal(new NvmeFile(file, 4095)));
  }

  private static ExitCode refusal(NvmeFile file) {
    return assertThrows(CommandException.class, file::namespaceSize).code();
  }
}
