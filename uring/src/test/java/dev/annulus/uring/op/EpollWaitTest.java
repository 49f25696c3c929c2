// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class EpollWaitTest extends OperationTest {
  private static final int EPOLLIN = 1;

  @Test
  void tellsWhatIsReady() throws IOException {
    int epoll = own(dev.annulus.ffi.Events.epoll());
    int[] pipe = pipe();
    assertEquals(0, dev.annulus.ffi.Events.add(epoll, pipe[0], EPOLLIN, 77));
    MemorySegment events = arena.allocate(24);
    start(new EpollWait(epoll, events, 2), 0, 1);
    put(pipe[1]);
    assertEquals(1, completion(1));
    assertEquals(77, events.get(JAVA_INT, 4));
    assertThrows(IllegalArgumentException.class, () -> new EpollWait(epoll, events, 3));
  }
}
