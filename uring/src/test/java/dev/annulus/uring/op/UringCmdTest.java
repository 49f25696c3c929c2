// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class UringCmdTest extends OperationTest {
  private static final int SOCKET_URING_OP_SIOCINQ = 0;

  /** Waits until something can be read. */
  private int poll(int fd) throws ErrnoException {
    return run(new PollAdd(fd, 1, 0));
  }

  @Test
  void reachesTheDriver() throws IOException {
    int[] pair = connection();
    put(pair[0]);
    put(pair[0]);
    assertEquals(0, poll(pair[1]) & ~1);
    assertEquals(2, run(new UringCmd(pair[1], SOCKET_URING_OP_SIOCINQ, 0, 0)));
    fails(Errno.EOPNOTSUPP, new UringCmd(file("f"), 0, 0, 0));
  }
}
