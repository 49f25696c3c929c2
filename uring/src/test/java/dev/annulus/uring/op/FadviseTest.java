// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FadviseTest extends OperationTest {
  private static final int POSIX_FADV_RANDOM = 1;

  @Test
  void advises() throws IOException {
    assertEquals(0, run(new Fadvise(file("f"), 0, 0, POSIX_FADV_RANDOM)));
    fails(Errno.EINVAL, new Fadvise(file("f"), 0, 0, 99));
  }
}
