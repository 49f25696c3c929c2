// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.KernelRing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class MsgRingFdTest extends OperationTest {
  @Test
  void givesAFileToAnotherRing() throws IOException {
    Files.writeString(directory.resolve("f"), "abc");
    ring.registerFiles(2);
    ring.registerFile(1, file("f"));
    MemorySegment buffer = arena.allocate(3);
    try (KernelRing other = KernelRing.open(KERNEL)) {
      other.registerFiles(4);
      assertEquals(0, run(new MsgRingFd(other.fd(), 1, 3)));
      long at = other.claim();
      new Read(2, buffer, 0, 0).prepare(other.entries(), at, 9);
      SqEntry.flags(other.entries(), at, SqEntry.IOSQE_FIXED_FILE);
      other.await(1, 0);
      other.reap((tag, res, flags) -> assertEquals(3, res), 1);
      fails(Errno.EBADF, new MsgRingFd(other.fd(), 0, 1));
    }
    assertEquals("abc", text(buffer, 3));
  }
}
