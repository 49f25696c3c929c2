// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class WriteTest extends OperationTest {
  @Test
  void writesAtAnOffset() throws IOException {
    int fd = file("f");
    assertEquals(5, run(new Write(fd, text("hello"), 0, 0)));
    assertEquals(2, run(new Write(fd, text("LP"), 3, 0)));
    assertEquals("helLP", Files.readString(directory.resolve("f")));
  }

  @Test
  void writesAtTheFilesPosition() throws IOException {
    int fd = file("f");
    assertEquals(2, run(new Write(fd, text("ab"), -1, 0)));
    assertEquals(2, run(new Write(fd, text("cd"), -1, 0)));
    assertEquals("abcd", Files.readString(directory.resolve("f")));
  }

  @Test
  void saysWhyItFailed() throws IOException {
    fails(Errno.EBADF, new Write(1 << 20, text("x"), 0, 0));
    fails(Errno.EOPNOTSUPP, new Write(file("f"), text("x"), 0, 1 << 30));
  }
}
