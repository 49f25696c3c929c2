// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ConnectTest extends OperationTest {
  @Test
  void connects() throws IOException {
    assertEquals(2, connection().length);
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int listener = listener();
    int port = port(listener);
    assertEquals(0, run(new Shutdown(listener, 2)));
    int client = own(run(new Socket(AF_INET, SOCK_STREAM, 0, 0)));
    fails(Errno.ECONNREFUSED, new Connect(client, loopback(port)));
  }
}
