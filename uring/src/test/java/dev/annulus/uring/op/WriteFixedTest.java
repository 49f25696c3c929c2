// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class WriteFixedTest extends OperationTest {
  @Test
  void writesFromARegisteredBuffer() throws IOException {
    int fd = file("f");
    MemorySegment registered = arena.allocate(4096, 4096);
    registered.setString(10, "hello");
    ring.registerBuffers(registered);
    assertEquals(5, run(new WriteFixed(fd, 0, registered.asSlice(10, 5), 1)));
    assertEquals("\0hello", Files.readString(directory.resolve("f")));
  }
}
