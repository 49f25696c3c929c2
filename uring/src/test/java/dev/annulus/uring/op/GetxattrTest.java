// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class GetxattrTest extends OperationTest {
  private MemorySegment name(String name) {
    return arena.allocateFrom("user." + name);
  }

  @Test
  void saysThatThereIsNone() throws IOException {
    file("f");

    int res = raw(new Getxattr(path("f"), name("none"), arena.allocate(10)));
    assumeTrue(res != -Errno.EOPNOTSUPP, "the temporary directory's file system has no attributes");
    assertEquals(-Errno.ENODATA, res);
  }

  @Test
  void saysThatTheBufferIsTooSmall() throws IOException {
    file("f");

    int res = raw(new Setxattr(path("f"), name("a"), text("value"), 0));
    assumeTrue(res != -Errno.EOPNOTSUPP, "the temporary directory's file system has no attributes");
    fails(Errno.ERANGE, new Getxattr(path("f"), name("a"), arena.allocate(2)));
  }
}
