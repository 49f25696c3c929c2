// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ShutdownTest extends OperationTest {
  private static final int MSG_NOSIGNAL = 0x4000;

  @Test
  void shutsDown() throws IOException {
    int[] pair = connection();
    assertEquals(0, run(new Shutdown(pair[0], 1)));
    fails(Errno.EPIPE, new Send(pair[0], text("x"), MSG_NOSIGNAL, 0));
    fails(Errno.EINVAL, new Shutdown(pair[0], 7));
  }
}
