// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RecvmsgTest extends OperationTest {
  /** {@code struct msghdr} with one vector. */
  private MemorySegment message(MemorySegment data) {
    MemorySegment vector = arena.allocateFrom(JAVA_LONG, data.address(), data.byteSize());
    MemorySegment message = arena.allocate(56, 8);
    message.set(JAVA_LONG, 16, vector.address());
    message.set(JAVA_LONG, 24, 1);
    return message;
  }

  @Test
  void receives() throws IOException {
    int[] pair = connection();
    assertEquals(5, run(new Send(pair[0], text("hello"), 0, 0)));
    MemorySegment buffer = arena.allocate(10);
    assertEquals(5, run(new Recvmsg(pair[1], message(buffer), 0, 0)));
    assertEquals("hello", text(buffer, 5));
    assertThrows(IllegalArgumentException.class, () -> new Recvmsg(0, arena.allocate(55), 0, 0));
  }
}
