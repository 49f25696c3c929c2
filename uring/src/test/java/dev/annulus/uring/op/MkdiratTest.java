// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class MkdiratTest extends OperationTest {
  @Test
  void makesADirectory() throws IOException {
    assertEquals(0, run(new Mkdirat(-100, path("d"), 0700)));
    assertTrue(Files.isDirectory(directory.resolve("d")));
    fails(Errno.EEXIST, new Mkdirat(-100, path("d"), 0700));
  }
}
