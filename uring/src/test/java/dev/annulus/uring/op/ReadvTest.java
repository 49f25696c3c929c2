// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ReadvTest extends OperationTest {
  @Test
  void scattersOverBuffers() throws IOException {
    int fd = file("f");
    Files.writeString(directory.resolve("f"), "0123456789");
    MemorySegment a = arena.allocate(3);
    MemorySegment b = arena.allocate(4);
    MemorySegment vectors = arena.allocateFrom(JAVA_LONG, a.address(), 3, b.address(), 4);
    assertEquals(7, run(new Readv(fd, vectors, 2, 1, 0)));
    assertEquals("123", text(a, 3));
    assertEquals("4567", text(b, 4));
  }

  @Test
  void wantsAsManyVectorsAsItSays() throws IOException {
    MemorySegment one = arena.allocate(16);
    assertThrows(IllegalArgumentException.class, () -> new Readv(0, one, 2, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Readv(0, one, 0, 0, 0));
  }
}
