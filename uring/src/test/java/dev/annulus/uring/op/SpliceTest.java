// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class SpliceTest extends OperationTest {
  @Test
  void movesFromAFileToAPipe() throws IOException {
    int fd = file("f");
    Files.writeString(directory.resolve("f"), "0123456789");
    int[] pipe = pipe();
    assertEquals(4, run(new Splice(fd, 3, pipe[1], -1, 4, 0)));
    MemorySegment buffer = arena.allocate(10);
    assertEquals(4, run(new Read(pipe[0], buffer, -1, 0)));
    assertEquals("3456", text(buffer, 4));
    fails(Errno.EINVAL, new Splice(fd, 0, file("g"), 0, 4, 0));
  }

  @Test
  void takesFromARegisteredFile() throws IOException {
    Files.writeString(directory.resolve("f"), "abc");
    ring.registerFiles(2);
    ring.registerFile(1, file("f"));
    assertEquals(3, run(new Splice(1, 0, pipe()[1], -1, 9, Splice.SPLICE_F_FD_IN_FIXED)));
  }
}
