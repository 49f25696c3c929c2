// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PipeTest extends OperationTest {
  @Test
  void makesAPipe() throws IOException {
    int[] pipe = pipe();
    put(pipe[1]);
    assertEquals(1, run(new Read(pipe[0], arena.allocate(2), -1, 0)));
    assertThrows(IllegalArgumentException.class, () -> new Pipe(arena.allocate(7), 0, 0));
  }
}
