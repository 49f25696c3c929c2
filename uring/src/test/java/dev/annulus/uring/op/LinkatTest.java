// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class LinkatTest extends OperationTest {
  @Test
  void makesASecondName() throws IOException {
    Files.writeString(directory.resolve("a"), "abc");
    assertEquals(0, run(new Linkat(-100, path("a"), -100, path("b"), 0)));
    assertTrue(Files.isSameFile(directory.resolve("a"), directory.resolve("b")));
  }
}
