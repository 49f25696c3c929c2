// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecvTest extends OperationTest {
  @Test
  void receives() throws IOException {
    int[] pair = connection();
    MemorySegment buffer = arena.allocate(10);
    start(new Recv(pair[1], buffer, 0, 0), 0, 1);
    start(new Send(pair[0], text("abc"), 0, 0), 0, 2);
    assertEquals(Map.of(1L, 3, 2L, 3), completions(2));
    assertEquals("abc", text(buffer, 3));
  }

  @Test
  void tellsTheEnd() throws IOException {
    int[] pair = connection();
    assertEquals(0, run(new Shutdown(pair[0], 1)));
    assertEquals(0, run(new Recv(pair[1], arena.allocate(10), 0, 0)));
  }
}
