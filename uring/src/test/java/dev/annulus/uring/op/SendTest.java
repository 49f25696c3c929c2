// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SendTest extends OperationTest {
  @Test
  void sends() throws IOException {
    int[] pair = connection();
    assertEquals(3, run(new Send(pair[0], text("abc"), 0, 0)));
    MemorySegment buffer = arena.allocate(10);
    assertEquals(3, run(new Recv(pair[1], buffer, 0, 0)));
    assertEquals("abc", text(buffer, 3));
    fails(Errno.ENOTSOCK, new Send(file("f"), text("abc"), 0, 0));
  }
}
