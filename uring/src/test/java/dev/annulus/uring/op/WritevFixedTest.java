// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class WritevFixedTest extends OperationTest {
  @Test
  void gathersFromARegisteredBuffer() throws IOException {
    int fd = file("f");
    MemorySegment registered = arena.allocate(4096, 4096);
    registered.setString(0, "abc");
    registered.setString(100, "de");
    ring.registerBuffers(registered);
    MemorySegment vectors =
        arena.allocateFrom(JAVA_LONG, registered.address(), 3, registered.address() + 100, 2);
    assertEquals(5, run(new WritevFixed(fd, 0, vectors, 2, 0)));
    assertEquals("abcde", Files.readString(directory.resolve("f")));
  }
}
