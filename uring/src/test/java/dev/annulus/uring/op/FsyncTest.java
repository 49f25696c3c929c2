// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FsyncTest extends OperationTest {
  @Test
  void flushes() throws IOException {
    int fd = file("f");
    assertEquals(0, run(new Fsync(fd, 0, 0, 0)));
    assertEquals(0, run(new Fsync(fd, 0, 4096, Fsync.IORING_FSYNC_DATASYNC)));
    fails(Errno.EINVAL, new Fsync(pipe()[0], 0, 0, 0));
    fails(Errno.EINVAL, new Fsync(fd, 0, 0, 1 << 9));
  }
}
