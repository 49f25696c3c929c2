// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class RenameatTest extends OperationTest {
  private static final int RENAME_NOREPLACE = 1;

  @Test
  void renames() throws IOException {
    Files.writeString(directory.resolve("a"), "abc");
    Files.writeString(directory.resolve("c"), "");
    assertEquals(0, run(new Renameat(-100, path("a"), -100, path("b"), 0)));
    assertEquals("abc", Files.readString(directory.resolve("b")));
    fails(Errno.EEXIST, new Renameat(-100, path("b"), -100, path("c"), RENAME_NOREPLACE));
  }
}
