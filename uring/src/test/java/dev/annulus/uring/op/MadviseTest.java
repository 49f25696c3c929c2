// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class MadviseTest extends OperationTest {
  private static final int MADV_DONTNEED = 4;

  @Test
  void advises() throws IOException {
    MemorySegment pages = arena.allocate(8192, 4096).fill((byte) 1);
    assertEquals(0, run(new Madvise(pages, MADV_DONTNEED)));
    assertEquals(0, pages.get(JAVA_INT, 0));
    fails(Errno.EINVAL, new Madvise(pages, 9999));
  }
}
