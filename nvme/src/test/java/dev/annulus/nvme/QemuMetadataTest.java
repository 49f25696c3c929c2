// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Metadata on QEMU's controller, with each type of protection information and without. */
@Timeout(120)
class QemuMetadataTest extends MetadataContract {
  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  @Override
  Transport open() throws Exception {
    return Qemu.withMetadata(4 << 20);
  }

  @Test
  void namespacesSayWhatTheyCarry() {
    assertEquals(
        List.of(
            BlockMetadata.NONE,
            new BlockMetadata(8, false, 0, false),
            new BlockMetadata(8, true, 0, false),
            new BlockMetadata(8, true, 1, false),
            new BlockMetadata(8, false, 1, false),
            new BlockMetadata(8, true, 2, false),
            new BlockMetadata(8, false, 3, false),
            new BlockMetadata(16, true, 1, true),
            new BlockMetadata(64, true, 0, false)),
        controller.namespaces().stream().map(Namespace::metadata).toList());
  }
}
