// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FixedFdInstallTest extends OperationTest {
  @Test
  void makesADescriptor() throws IOException {
    ring.registerFiles(2);
    ring.registerFile(1, file("f"));
    int fd = own(run(new FixedFdInstall(1, 0)));
    assertEquals(3, run(new Write(fd, text("abc"), 0, 0)));
    fails(Errno.EBADF, new FixedFdInstall(0, 0));
  }
}
