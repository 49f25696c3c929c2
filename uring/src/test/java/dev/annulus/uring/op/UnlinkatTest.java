// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class UnlinkatTest extends OperationTest {
  @Test
  void removesFilesAndDirectories() throws IOException {
    Files.writeString(directory.resolve("a"), "abc");
    Files.createDirectory(directory.resolve("d"));
    assertEquals(0, run(new Unlinkat(-100, path("a"), 0)));
    fails(Errno.ENOENT, new Unlinkat(-100, path("a"), 0));
    fails(Errno.EISDIR, new Unlinkat(-100, path("d"), 0));
    assertEquals(0, run(new Unlinkat(-100, path("d"), Unlinkat.AT_REMOVEDIR)));
    assertFalse(Files.exists(directory.resolve("d")));
  }
}
