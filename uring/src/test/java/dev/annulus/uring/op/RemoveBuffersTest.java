// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RemoveBuffersTest extends OperationTest {
  @Test
  void takesBuffersBack() throws IOException {
    MemorySegment buffers = arena.allocate(4 * 16);
    assertEquals(0, run(new ProvideBuffers(buffers, 16, 4, 3, 0)));
    assertEquals(4, run(new RemoveBuffers(100, 3)));
    fails(Errno.ENOENT, new RemoveBuffers(1, 9));
  }
}
