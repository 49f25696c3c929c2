// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class StatxTest extends OperationTest {
  @Test
  void tellsTheSize() throws IOException {
    Files.writeString(directory.resolve("f"), "abc");
    MemorySegment statx = arena.allocate(256, 8);
    assertEquals(0, run(new Statx(-100, path("f"), 0, 0x7ff, statx)));
    assertEquals(3, statx.get(JAVA_LONG, dev.annulus.ffi.Statx.SIZE_BYTES));
    fails(Errno.ENOENT, new Statx(-100, path("none"), 0, 0x7ff, statx));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Statx(-100, path("f"), 0, 0, arena.allocate(255)));
  }
}
