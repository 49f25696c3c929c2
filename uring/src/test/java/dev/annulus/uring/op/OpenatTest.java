// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class OpenatTest extends OperationTest {
  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;

  @Test
  void opens() throws IOException {
    int fd = own(run(new Openat(AT_FDCWD, path("f"), O_RDWR | O_CREAT, 0640, 0)));
    assertEquals(3, run(new Write(fd, text("abc"), 0, 0)));
    assertEquals("abc", Files.readString(directory.resolve("f")));
    fails(Errno.ENOENT, new Openat(AT_FDCWD, path("none"), O_RDWR, 0, 0));
  }

  @Test
  void opensIntoTheTableOfRegisteredFiles() throws IOException {
    Files.writeString(directory.resolve("f"), "abc");
    ring.registerFiles(8);
    assertEquals(0, run(new Openat(AT_FDCWD, path("f"), O_RDWR, 0, 6)));
    MemorySegment buffer = arena.allocate(3);
    start(new Read(5, buffer, 0, 0), SqEntry.IOSQE_FIXED_FILE, 1);
    assertEquals(3, completion(1));
  }

  @Test
  void wantsAPathWithAnEnd() throws IOException {
    MemorySegment endless = arena.allocate(3).fill((byte) 'x');
    assertThrows(IndexOutOfBoundsException.class, () -> new Openat(AT_FDCWD, endless, 0, 0, 0));
  }
}
