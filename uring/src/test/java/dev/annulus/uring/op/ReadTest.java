// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ReadTest extends OperationTest {
  @Test
  void readsAtAnOffset() throws IOException {
    int fd = file("f");
    Files.writeString(directory.resolve("f"), "0123456789");
    MemorySegment buffer = arena.allocate(4);
    assertEquals(4, run(new Read(fd, buffer, 3, 0)));
    assertEquals("3456", text(buffer, 4));
    assertEquals(1, run(new Read(fd, buffer, 9, 0)));
    assertEquals(0, run(new Read(fd, buffer, 10, 0)));
    fails(Errno.EBADF, new Read(1 << 20, buffer, 0, 0));
  }

  @Test
  void whatIsNotWellFormedDoesNotReachTheKernel() {
    MemorySegment buffer = arena.allocate(4);
    assertThrows(IllegalArgumentException.class, () -> new Read(-1, buffer, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Read(0, buffer, -2, 0));
    assertThrows(IllegalArgumentException.class, () -> new Read(0, buffer, Long.MIN_VALUE, 0));
    assertThrows(IllegalArgumentException.class, () -> new Read(0, buffer.asReadOnly(), 0, 0));
    MemorySegment heap = MemorySegment.ofArray(new byte[4]);
    assertThrows(IllegalArgumentException.class, () -> new Read(0, heap, 0, 0));
    Arena closed = Arena.ofShared();
    MemorySegment gone = closed.allocate(4);
    closed.close();
    assertThrows(IllegalStateException.class, () -> new Read(0, gone, 0, 0));
  }
}
