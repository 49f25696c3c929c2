// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ReadFixedTest extends OperationTest {
  @Test
  void readsIntoARegisteredBuffer() throws IOException {
    int fd = file("f");
    Files.writeString(directory.resolve("f"), "0123456789");
    MemorySegment registered = arena.allocate(8192, 4096);
    ring.registerBuffers(arena.allocate(16), registered);
    MemorySegment part = registered.asSlice(100, 4);
    assertEquals(4, run(new ReadFixed(fd, 1, part, 3)));
    assertEquals("3456", text(part, 4));
  }

  @Test
  void staysWithinTheBuffer() throws IOException {
    int fd = file("f");
    MemorySegment registered = arena.allocate(8192, 4096);
    ring.registerBuffers(registered.asSlice(0, 4096));
    fails(Errno.EFAULT, new ReadFixed(fd, 0, registered.asSlice(4000, 200), 0));
    fails(Errno.EFAULT, new ReadFixed(fd, 1, registered, 0));
    assertThrows(IllegalArgumentException.class, () -> new ReadFixed(fd, -1, registered, 0));
  }
}
