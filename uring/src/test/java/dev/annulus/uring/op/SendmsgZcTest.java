// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SendmsgZcTest extends OperationTest {
  /** {@code struct msghdr} with one vector. */
  private MemorySegment message(MemorySegment data) {
    MemorySegment vector = arena.allocateFrom(JAVA_LONG, data.address(), data.byteSize());
    MemorySegment message = arena.allocate(56, 8);
    message.set(JAVA_LONG, 16, vector.address());
    message.set(JAVA_LONG, 24, 1);
    return message;
  }

  @Test
  void completesTwice() throws IOException {
    int[] pair = connection();
    start(new SendmsgZc(pair[0], message(text("hello")), 0, 0), 0, 1);
    assertEquals(5, completion(1));
    assertTrue(more());
    MemorySegment buffer = arena.allocate(10);
    start(new Recv(pair[1], buffer, 0, 0), 0, 2);
    assertEquals(5, completions(2).get(2L));
    assertEquals("hello", text(buffer, 5));
    assertEquals(0, ring.inFlight());
  }
}
