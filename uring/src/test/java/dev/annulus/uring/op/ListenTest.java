// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ListenTest extends OperationTest {
  @Test
  void listens() throws IOException {
    int socket = own(run(new Socket(AF_INET, SOCK_STREAM, 0, 0)));
    assertEquals(0, run(new Listen(socket, 1)));
    int datagrams = own(run(new Socket(AF_INET, SOCK_DGRAM, 0, 0)));
    fails(Errno.EOPNOTSUPP, new Listen(datagrams, 1));
  }
}
