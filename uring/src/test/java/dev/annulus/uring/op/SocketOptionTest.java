// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SocketOptionTest extends OperationTest {
  private static final int SOL_SOCKET = 1;
  private static final int SO_KEEPALIVE = 9;

  @Test
  void readsAndWritesAnOption() throws IOException {
    int socket = own(run(new Socket(AF_INET, SOCK_STREAM, 0, 0)));
    MemorySegment value = arena.allocateFrom(JAVA_INT, 1);
    int set = SocketOption.SOCKET_URING_OP_SETSOCKOPT;
    assertEquals(0, run(new SocketOption(socket, set, SOL_SOCKET, SO_KEEPALIVE, value)));
    value.set(JAVA_INT, 0, 99);
    int get = SocketOption.SOCKET_URING_OP_GETSOCKOPT;
    assertEquals(4, run(new SocketOption(socket, get, SOL_SOCKET, SO_KEEPALIVE, value)));
    assertEquals(1, value.get(JAVA_INT, 0));
  }
}
