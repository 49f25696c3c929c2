// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SymlinkatTest extends OperationTest {
  @Test
  void makesALink() throws IOException {
    assertEquals(0, run(new Symlinkat(arena.allocateFrom("target"), -100, path("l"))));
    assertEquals(Path.of("target"), Files.readSymbolicLink(directory.resolve("l")));
  }
}
