// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.FdInfo;
import dev.annulus.uring.FixedFiles;
import dev.annulus.uring.KernelRing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The table of registered files: sparse, updated, and filled by operations. */
class FixedFilesTest extends OperationTest {
  private static final int FIXED = SqEntry.IOSQE_FIXED_FILE;
  private static final int ALLOC = -1;

  private FixedFiles files() {
    return kernel().registrations().files();
  }

  @Test
  void aSparseTableIsFilledByNumber() throws ErrnoException {
    files().table(64);
    assertEquals("64", FdInfo.get(kernel(), "UserFiles"));
    fails(Errno.EBADF, new Fsync(5, 0, 0, 0).withFlags(FIXED));
    int file = Files.open(directory.resolve("f").toString(), Files.O_RDWR | Files.O_CREAT, 0600);
    files().put(5, file, -1, file);
    Files.close(file); // the table holds on to it
    assertEquals(0, run(new Fsync(5, 0, 0, 0).withFlags(FIXED)));
    fails(Errno.EBADF, new Fsync(6, 0, 0, 0).withFlags(FIXED));
    assertEquals(0, run(new Fsync(7, 0, 0, 0).withFlags(FIXED)));
    files().put(5, -1, -1, -1);
    fails(Errno.EBADF, new Fsync(7, 0, 0, 0).withFlags(FIXED));
    files().table(0);
    assertEquals("0", FdInfo.get(kernel(), "UserFiles"));
  }

  @Test
  void directDescriptorsNeverGetANumberOfTheProcess() throws IOException {
    files().table(8);
    files().allocateFrom(6, 2);
    int flags = Files.O_RDWR | Files.O_CREAT;
    int dir = Files.AT_FDCWD;
    long before = descriptors();
    assertEquals(6, run(new Openat(dir, path("a"), flags, 0600, ALLOC)));
    assertEquals(7, run(new Openat(dir, path("b"), flags, 0600, ALLOC)));
    fails(Errno.ENFILE, new Openat(dir, path("c"), flags, 0600, ALLOC));
    assertEquals(0, run(new Openat(dir, path("c"), flags, 0600, 3 + 1)), "a place of our choice");
    assertEquals(before, descriptors());
    assertEquals(2, run(new Write(6, text("hi"), 0, 0).withFlags(FIXED)));
    assertEquals(2, run(new Write(3, text("ho"), 0, 0).withFlags(FIXED)));
    assertEquals("hi", java.nio.file.Files.readString(directory.resolve("a")));
    assertEquals("ho", java.nio.file.Files.readString(directory.resolve("c")));
    assertEquals(0, run(new Close(0, 6 + 1)));
    assertEquals(6, run(new Openat(dir, path("c"), flags, 0600, ALLOC)), "free again");
  }

  private static long descriptors() throws IOException {
    try (var list = java.nio.file.Files.list(java.nio.file.Path.of("/proc/self/fd"))) {
      return list.count();
    }
  }

  @Test
  void aFileIsGivenToAnotherRingAndThatIsTold() throws ErrnoException {
    files().table(2);
    files().put(0, file("f"));
    try (KernelRing other = KernelRing.open(KERNEL)) {
      other.registrations().files().table(4);
      queue(new MsgRingFd(other.fd(), 0, 2 + 1).withFlags(SqEntry.IOSQE_IO_LINK), 0, 1);
      start(new MsgRing(other.fd(), 2, 77), 0, 2);
      completions(2);
      assertEquals(1, other.await(1, 20_000_000_000L));
      other.reap(
          (tag, place, flags) -> {
            assertEquals(77, tag);
            assertEquals(2, place);
          },
          1);
      assertEquals(0, other.inFlight(), "a message is no operation of the one who gets it");
      new Fsync(2, 0, 0, 0).withFlags(FIXED).prepare(other.entries(), other.claim(), 5);
      other.await(1, 0);
      other.reap((tag, res, flags) -> assertEquals(0, res), 1);
    }
  }

  @Test
  void whatCannotBeIsRefused() throws ErrnoException {
    assertEquals(Errno.ENXIO, assertThrows(ErrnoException.class, () -> files().put(0, 0)).errno());
    assertThrows(IllegalArgumentException.class, () -> files().table(-1));
    files().table(4);
    assertThrows(IllegalArgumentException.class, () -> files().put(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> files().put(0));
    assertThrows(IllegalArgumentException.class, () -> files().put(0, -2));
    assertThrows(IllegalArgumentException.class, () -> files().allocateFrom(2, 0));
    ErrnoException beyond = assertThrows(ErrnoException.class, () -> files().allocateFrom(2, 3));
    assertEquals(Errno.EINVAL, beyond.errno());
    beyond = assertThrows(ErrnoException.class, () -> files().put(3, 0, 0));
    assertEquals(Errno.EINVAL, beyond.errno());
    int open = file("f");
    ErrnoException closed =
        assertThrows(ErrnoException.class, () -> files().put(0, open, 1_000_000, open));
    assertEquals(Errno.EBADF, closed.errno());
    assertEquals(0, run(new Fsync(0, 0, 0, 0).withFlags(FIXED)), "the one before it is in place");
    fails(Errno.EBADF, new Fsync(2, 0, 0, 0).withFlags(FIXED));
    MemorySegment none = MemorySegment.NULL;
    assertThrows(IllegalArgumentException.class, () -> new Read(-1, none, 0, 0).withFlags(FIXED));
  }
}
