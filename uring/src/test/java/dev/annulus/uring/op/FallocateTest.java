// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class FallocateTest extends OperationTest {
  @Test
  void makesRoom() throws IOException {
    int fd = file("f");
    assertEquals(0, run(new Fallocate(fd, 0, 100, 5000)));
    assertEquals(5100, Files.size(directory.resolve("f")));
    assertThrows(IllegalArgumentException.class, () -> new Fallocate(fd, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Fallocate(fd, 0, -2, 1));
  }
}
