// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TeeTest extends OperationTest {
  @Test
  void copiesAPipe() throws IOException {
    int[] from = pipe();
    int[] to = pipe();
    put(from[1]);
    assertEquals(1, run(new Tee(from[0], to[1], 10, 0)));
    MemorySegment buffer = arena.allocate(10);
    assertEquals(1, run(new Read(to[0], buffer, -1, 0)));
    assertEquals(1, run(new Read(from[0], buffer, -1, 0)));
  }
}
