// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class FtruncateTest extends OperationTest {
  @Test
  void setsTheLength() throws IOException {
    int fd = file("f");
    assertEquals(0, run(new Ftruncate(fd, 12345)));
    assertEquals(12345, Files.size(directory.resolve("f")));
    assertThrows(IllegalArgumentException.class, () -> new Ftruncate(fd, -1));
  }
}
