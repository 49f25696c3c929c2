// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class WritevTest extends OperationTest {
  @Test
  void gathersFromBuffers() throws IOException {
    int fd = file("f");
    MemorySegment a = text("abc");
    MemorySegment b = text("defg");
    MemorySegment vectors = arena.allocateFrom(JAVA_LONG, a.address(), 3, b.address(), 4);
    assertEquals(7, run(new Writev(fd, vectors, 2, 2, 0)));
    assertEquals("\0\0abcdefg", Files.readString(directory.resolve("f")));
  }
}
