// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ReadMultishotTest extends OperationTest {
  @Test
  void readsAgainAndAgain() throws IOException {
    MemorySegment buffers = arena.allocate(8 * 16);
    assertEquals(0, run(new ProvideBuffers(buffers, 16, 8, 3, 0)));
    int[] pipe = pipe();
    start(new ReadMultishot(pipe[0], 3, -1), 0, 1);
    for (int i = 0; i < 3; i++) {
      put(pipe[1]);
      assertEquals(1, completion(1));
      assertTrue(more());
      assertEquals("x", text(buffers.asSlice((lastFlags >>> 16) * 16L), 1));
    }
  }

  @Test
  void endsWhereNoBufferIsLeft() throws IOException {
    assertEquals(0, run(new ProvideBuffers(arena.allocate(16), 16, 1, 3, 0)));
    int[] pipe = pipe();
    start(new ReadMultishot(pipe[0], 3, -1), 0, 1);
    put(pipe[1]);
    assertEquals(1, completion(1));
    put(pipe[1]);
    assertEquals(-Errno.ENOBUFS, completion(1));
    assertFalse(more());
  }
}
