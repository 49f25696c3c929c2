// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ReadvFixedTest extends OperationTest {
  @Test
  void scattersOverARegisteredBuffer() throws IOException {
    int fd = file("f");
    Files.writeString(directory.resolve("f"), "0123456789");
    MemorySegment registered = arena.allocate(4096, 4096);
    ring.registerBuffers(registered);
    MemorySegment vectors =
        arena.allocateFrom(JAVA_LONG, registered.address() + 8, 2, registered.address() + 100, 3);
    assertEquals(5, run(new ReadvFixed(fd, 0, vectors, 2, 4)));
    assertEquals("45", text(registered.asSlice(8), 2));
    assertEquals("678", text(registered.asSlice(100), 3));
  }
}
