// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CloseTest extends OperationTest {
  @Test
  void closesADescriptor() throws IOException {
    int fd =
        dev.annulus.ffi.Files.open(
            directory.resolve("f").toString(), dev.annulus.ffi.Files.O_CREAT, 0600);
    assertEquals(0, run(new Close(fd, 0)));
    assertFalse(Files.exists(Path.of("/proc/self/fd/" + fd)));
    fails(Errno.EBADF, new Close(1 << 20, 0));
  }

  @Test
  void closesARegisteredFile() throws IOException {
    ring.registerFiles(2);
    ring.registerFile(1, file("f"));
    assertEquals(0, run(new Close(0, 2)));
    fails(Errno.EBADF, new Close(0, 2));
  }
}
