// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.BlockMetadata;
import dev.annulus.nvme.ModelController;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces whose blocks carry metadata. */
class PlainCommandsTest {
  private static Typed typed(BlockMetadata metadata) {
    return new Typed(
        ModelController.builder().namespace(Backing.memory(1 << 20), 512, metadata).build());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void protectionInformationIsTheControllers(int type) {
    byte[] bytes = new byte[100 * 512];
    new Random(type).nextBytes(bytes);
    try (Typed typed = typed(new BlockMetadata(8, true, type, false))) {
      typed.input(bytes).done("write", "model:kept", "-s", "7", "-b", "100", "--force");
      typed.done("read", "model:kept", "-s", "7", "-b", "100");
      assertArrayEquals(bytes, typed.data.toByteArray());
      typed.done("bench", "model:kept", "-s", "7", "-b", "100", "--seconds", "0.02");
    }
  }

  @Test
  void otherMetadataIsRefused() {
    try (Typed typed = typed(new BlockMetadata(16, false, 0, false))) {
      String part = "16 bytes of metadata with each block";
      typed.refused(ExitCode.USAGE, part, "read", "model:kept");
      typed.refused(ExitCode.USAGE, part, "write", "model:kept", "-b", "1", "--force");
      typed.refused(ExitCode.USAGE, part, "bench", "model:kept");
      typed.done("flush", "model:kept");
    }
  }
}
