// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class FsetxattrTest extends OperationTest {
  private MemorySegment name(String name) {
    return arena.allocateFrom("user." + name);
  }

  private static final int XATTR_CREATE = 1;

  @Test
  void setsAnAttribute() throws IOException {
    int res = raw(new Fsetxattr(file("f"), name("a"), text("value"), 0));
    assumeTrue(res != -Errno.EOPNOTSUPP, "the temporary directory's file system has no attributes");
    assertEquals(0, res);
    MemorySegment buffer = arena.allocate(10);
    assertEquals(5, run(new Fgetxattr(file("f"), name("a"), buffer)));
    assertEquals("value", text(buffer, 5));
    fails(Errno.EEXIST, new Fsetxattr(file("f"), name("a"), text("other"), XATTR_CREATE));
  }
}
