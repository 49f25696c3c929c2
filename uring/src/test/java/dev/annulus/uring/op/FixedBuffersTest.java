// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.FdInfo;
import dev.annulus.uring.FixedBuffers;
import dev.annulus.uring.KernelRing;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The table of registered buffers: sparse, updated in place, cloned to another ring. */
class FixedBuffersTest extends OperationTest {
  private FixedBuffers buffers() {
    return kernel().registrations().buffers();
  }

  private MemorySegment filled(int letter) {
    return arena.allocate(4096, 4096).fill((byte) letter);
  }

  @Test
  void aSparseTableIsFilledAndEmptied() throws ErrnoException {
    int file = file("f");
    MemorySegment a = filled('a');
    MemorySegment b = filled('b');
    buffers().sparse(8);
    assertEquals("8", FdInfo.get(kernel(), "UserBufs"));
    fails(Errno.EFAULT, new WriteFixed(file, 3, a, 0));
    buffers().put(3, a, b);
    assertEquals(4096, run(new WriteFixed(file, 3, a, 0)));
    assertEquals(4096, run(new WriteFixed(file, 4, b, 4096)));
    buffers().put(3, b, MemorySegment.NULL);
    fails(Errno.EFAULT, new WriteFixed(file, 3, a, 0));
    fails(Errno.EFAULT, new WriteFixed(file, 4, b, 0));
    assertEquals(4096, run(new ReadFixed(file, 3, b, 0)));
    assertEquals("aaa", text(b, 3));
    buffers().table();
    assertEquals("0", FdInfo.get(kernel(), "UserBufs"));
  }

  @Test
  void buffersAreClonedAndOutliveTheirRing() throws ErrnoException {
    int file = file("f");
    MemorySegment a = filled('a');
    MemorySegment b = filled('b');
    try (KernelRing source = KernelRing.open(KERNEL)) {
      int fd = source.fd();
      assertEquals(
          Errno.ENXIO, assertThrows(ErrnoException.class, () -> buffers().cloneFrom(fd)).errno());
      source.registrations().buffers().table(a, b);
      buffers().cloneFrom(fd);
      assertEquals("2", FdInfo.get(kernel(), "UserBufs"));
      ErrnoException twice = assertThrows(ErrnoException.class, () -> buffers().cloneFrom(fd));
      assertEquals(Errno.EBUSY, twice.errno());
      buffers().table();
      buffers().table(b);
      buffers().cloneFrom(fd, 0, 3, 1);
      assertEquals("4", FdInfo.get(kernel(), "UserBufs"), "as long as it has to be");
    }
    assertEquals(4096, run(new WriteFixed(file, 3, a, 0)));
    assertEquals(4096, run(new WriteFixed(file, 0, b, 4096)), "what it had, stays");
    fails(Errno.EFAULT, new WriteFixed(file, 1, b, 0));
  }

  @Test
  void whatCannotBeIsRefused() throws ErrnoException {
    MemorySegment heap = MemorySegment.ofArray(new byte[16]);
    assertThrows(IllegalArgumentException.class, () -> buffers().table(heap));
    assertThrows(IllegalArgumentException.class, () -> buffers().put(0, heap));
    assertThrows(IllegalArgumentException.class, () -> buffers().sparse(0));
    assertThrows(IllegalArgumentException.class, () -> buffers().sparse(1 << 15));
    assertThrows(IllegalArgumentException.class, () -> buffers().cloneFrom(0, -1, 0, 1));
    ErrnoException none = assertThrows(ErrnoException.class, () -> buffers().put(0, filled('a')));
    assertEquals(Errno.ENXIO, none.errno());
    ErrnoException file = assertThrows(ErrnoException.class, () -> buffers().cloneFrom(file("f")));
    assertTrue(file.errno() == Errno.EOPNOTSUPP || file.errno() == Errno.EINVAL, file.getMessage());
    buffers().sparse(2);
    ErrnoException beyond =
        assertThrows(ErrnoException.class, () -> buffers().put(1, filled('a'), filled('b')));
    assertEquals(Errno.EINVAL, beyond.errno());
    assertTrue(beyond.getMessage().contains("beyond the table"), beyond.getMessage());
  }
}
