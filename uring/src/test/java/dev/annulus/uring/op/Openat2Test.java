// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class Openat2Test extends OperationTest {
  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int RESOLVE_BENEATH = 8;

  @Test
  void opens() throws IOException {
    MemorySegment how = arena.allocateFrom(JAVA_LONG, O_RDWR | O_CREAT, 0600, 0);
    own(run(new Openat2(AT_FDCWD, path("f"), how, 0)));
    assertTrue(Files.exists(directory.resolve("f")));
  }

  @Test
  void staysBelow() throws IOException {
    Files.createDirectory(directory.resolve("d"));
    int dir = own(dev.annulus.ffi.Files.open(directory.resolve("d").toString(), 0, 0));
    MemorySegment how = arena.allocateFrom(JAVA_LONG, 0, 0, RESOLVE_BENEATH);
    fails(Errno.EXDEV, new Openat2(dir, arena.allocateFrom("../f"), how, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Openat2(dir, path("f"), how.asSlice(0, 16), 0));
  }
}
