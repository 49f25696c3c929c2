// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SocketTest extends OperationTest {
  @Test
  void makesASocket() throws IOException {
    own(run(new Socket(AF_INET, SOCK_DGRAM, 0, 0)));
    fails(Errno.EAFNOSUPPORT, new Socket(9999, SOCK_STREAM, 0, 0));
  }

  @Test
  void makesARegisteredOne() throws IOException {
    ring.registerFiles(4);
    ring.registerFile(0, file("f"));
    assertEquals(1, run(new Socket(AF_INET, SOCK_STREAM, 0, -1)), "the first free place");
    start(new Listen(1, 1), SqEntry.IOSQE_FIXED_FILE, 1);
    assertEquals(0, completion(1));
  }
}
