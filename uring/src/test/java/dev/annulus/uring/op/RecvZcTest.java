// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import org.junit.jupiter.api.Test;

class RecvZcTest extends OperationTest {
  @Test
  void isRefusedWithoutAQueue() throws ErrnoException {
    int res = raw(new RecvZc(connection()[1], 0));
    assertEquals(-Errno.EINVAL, res);
    assertThrows(IllegalArgumentException.class, () -> new RecvZc(0, -1));
  }

  @Test
  void receives() {
    abort("zero-copy receive needs a network card with queues of its own; loopback has none");
  }
}
