// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BindTest extends OperationTest {
  @Test
  void binds() throws IOException {
    assertTrue(port(listener()) > 0);
    fails(Errno.ENOTSOCK, new Bind(file("f"), loopback(0)));
  }
}
