// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
  private static final int ENOENT = 2;
  private static final int EBADF = 9;
  private static final int EFAULT = 14;
  private static final int EEXIST = 17;
  private static final int EXDEV = 18;
  private static final int ENOTDIR = 20;
  private static final int EISDIR = 21;
  private static final int EINVAL = 22;
  private static final int ESPIPE = 29;
  private static final int ELOOP = 40;

  @TempDir Path directory;
  private final Arena arena = Arena.ofConfined();
  private final long before = TestFds.count();

  @AfterEach
  void nothingStaysOpen() {
    arena.close();
    assertEquals(before, TestFds.count());
  }

  private MemorySegment text(String text) {
    return arena.allocateFrom(text);
  }

  @Test
  void writesAndReadsAtOffsets() throws IOException {
    Path file = directory.resolve("f");
    int fd = opened(Files.open(file.toString(), Files.O_RDWR | Files.O_CREAT, 0640));
    MemorySegment hello = text("hello");
    assertEquals(5, Files.pwrite(fd, hello.address(), 5, 3));
    assertEquals(0, Files.sync(fd, false));
    assertEquals(0, Files.sync(fd, true));
    assertArrayEquals("\0\0\0hello".getBytes(StandardCharsets.UTF_8), read(file));
    MemorySegment buffer = arena.allocate(16);
    assertEquals(4, Files.pread(fd, buffer.address() + 1, 15, 4));
    assertEquals("ello", buffer.getString(1));
    assertEquals(0, Files.pread(fd, buffer.address(), 16, 8), "at the end");
    assertEquals(0, Files.close(fd));
  }

  private static byte[] read(Path file) throws IOException {
    return java.nio.file.Files.readAllBytes(file);
  }

  @Test
  void writesAndReadsAtTheFilesOwnPlace() throws IOException {
    Path file = directory.resolve("f");
    int fd = opened(Files.open(file.toString(), Files.O_RDWR | Files.O_CREAT, 0600));
    int same = opened(Files.duplicate(fd));
    assertEquals(0, Files.statusFlags(same) & Files.O_NONBLOCK);
    assertNotEquals(fd, same);
    assertEquals(2, Files.write(fd, text("ab").address(), 2));
    assertEquals(1, Files.write(same, text("c").address(), 1), "they share one position");
    assertArrayEquals("abc".getBytes(StandardCharsets.UTF_8), read(file));
    assertEquals(0, Files.read(same, arena.allocate(4).address(), 4));
    assertTrue((TestFds.flags(same) & Files.O_CLOEXEC) != 0, "passes to other programs");
    assertEquals(0, Files.close(fd));
    assertEquals(0, Files.close(same));
    int again = opened(Files.open(file.toString(), Files.O_RDONLY, 0));
    MemorySegment buffer = arena.allocate(4);
    assertEquals(3, Files.read(again, buffer.address(), 4));
    assertEquals('c', buffer.get(JAVA_BYTE, 2));
    assertEquals(0, Files.close(again));
  }

  @Test
  void offsetsBeyondFourGigabytes() {
    Path file = directory.resolve("sparse");
    int fd = opened(Files.open(file.toString(), Files.O_RDWR | Files.O_CREAT, 0600));
    long far = (5L << 30) + 1;
    assertEquals(1, Files.pwrite(fd, text("x").address(), 1, far));
    MemorySegment buffer = arena.allocate(2);
    assertEquals(1, Files.pread(fd, buffer.address(), 2, far));
    assertEquals('x', buffer.get(JAVA_BYTE, 0));
    MemorySegment statx = arena.allocate(Statx.SIZE, 8);
    assertEquals(0, statx(fd, "", Statx.AT_EMPTY_PATH, statx));
    assertEquals(far + 1, statx.get(JAVA_LONG, Statx.SIZE_BYTES));
    assertEquals(0, Files.close(fd));
  }

  @Test
  void descriptorsAreNotInherited() throws IOException {
    int fd = opened(Files.open("/dev/null", Files.O_RDONLY, 0));
    assertTrue((TestFds.flags(fd) & Files.O_CLOEXEC) != 0);
    assertEquals(0, Files.close(fd));
  }

  @Test
  void opensRelativeToADirectory() throws IOException {
    int at = opened(Files.open(directory.toString(), Files.O_PATH | Files.O_DIRECTORY, 0));
    int flags = Files.O_WRONLY | Files.O_CREAT | Files.O_EXCL | Files.O_CLOEXEC;
    int fd = opened(Files.openat(at, text("new"), flags, 0601));
    assertEquals(
        PosixFilePermissions.fromString("rw------x"),
        java.nio.file.Files.getPosixFilePermissions(directory.resolve("new")));
    assertEquals(-EEXIST, Files.openat(at, text("new"), flags, 0600));
    assertEquals(-ENOTDIR, Files.openat(at, text("new/x"), Files.O_RDONLY, 0));
    assertEquals(0, Files.close(fd));
    assertEquals(0, Files.close(at));
  }

  @Test
  void errorsAreErrnos() throws IOException {
    String dir = directory.toString();
    assertEquals(-ENOENT, Files.open(dir + "/none", Files.O_RDONLY, 0));
    assertEquals(-ENOENT, Files.open("", Files.O_RDONLY, 0));
    assertEquals(-EISDIR, Files.open(dir, Files.O_WRONLY, 0));
    assertEquals(-ENOTDIR, Files.open("/dev/null", Files.O_RDONLY | Files.O_DIRECTORY, 0));
    java.nio.file.Files.createSymbolicLink(directory.resolve("link"), directory);
    int noFollow = Files.O_RDONLY | Files.O_NOFOLLOW;
    assertEquals(-ELOOP, Files.open(dir + "/link", noFollow, 0));
    long address = arena.allocate(8).address();
    for (int bad : new int[] {-1, 1 << 20}) {
      assertEquals(-EBADF, Files.close(bad));
      assertEquals(-EBADF, Files.duplicate(bad));
      assertEquals(-EBADF, Files.statusFlags(bad));
      assertEquals(-EBADF, Files.pread(bad, address, 8, 0));
      assertEquals(-EBADF, Files.pwrite(bad, address, 8, 0));
      assertEquals(-EBADF, Files.read(bad, address, 8));
      assertEquals(-EBADF, Files.write(bad, address, 8));
      assertEquals(-EBADF, Files.sync(bad, false));
      assertEquals(-EBADF, Files.sync(bad, true));
    }
    int zero = opened(Files.open("/dev/zero", Files.O_RDONLY, 0));
    assertEquals(-EFAULT, Files.pread(zero, 8, 8, 0), "an address that cannot be");
    assertEquals(-EBADF, Files.pwrite(zero, address, 8, 0), "opened for reading");
    assertEquals(-EINVAL, Files.pread(zero, address, 8, -1));
    assertEquals(0, Files.close(zero));
    int eventfd = opened(Events.eventfd(true));
    assertEquals(-ESPIPE, Files.pread(eventfd, address, 8, 0));
    assertEquals(0, Files.close(eventfd));
  }

  private int statx(int dir, String path, int flags, MemorySegment buffer) {
    return Files.statx(dir, text(path).address(), flags, Statx.STATX_BASIC_STATS, buffer.address());
  }

  @Test
  void statxTellsWhatJavaTells() throws IOException {
    Path file = java.nio.file.Files.write(directory.resolve("f"), new byte[12345]);
    MemorySegment statx = arena.allocate(Statx.SIZE, 8);
    assertEquals(0, statx(Files.AT_FDCWD, file.toString(), 0, statx));
    Map<String, Object> told = java.nio.file.Files.readAttributes(file, "unix:*");
    assertEquals(told.get("ino"), statx.get(JAVA_LONG, Statx.INO));
    assertEquals(told.get("mode"), statx.get(JAVA_SHORT, Statx.MODE) & 0xffff);
    assertEquals(told.get("nlink"), statx.get(JAVA_INT, Statx.NLINK));
    assertEquals(told.get("uid"), statx.get(JAVA_INT, Statx.UID));
    assertEquals(told.get("gid"), statx.get(JAVA_INT, Statx.GID));
    assertEquals(12345, statx.get(JAVA_LONG, Statx.SIZE_BYTES));
    long seconds = java.nio.file.Files.getLastModifiedTime(file).toMillis() / 1000;
    assertEquals(seconds, statx.get(JAVA_LONG, Statx.MTIME_SEC));
    assertEquals(Statx.S_IFREG, statx.get(JAVA_SHORT, Statx.MODE) & Statx.S_IFMT);
    int known = statx.get(JAVA_INT, Statx.MASK) & Statx.STATX_BASIC_STATS;
    assertEquals(Statx.STATX_BASIC_STATS, known);
    assertEquals(0, statx(Files.AT_FDCWD, "/dev/null", 0, statx));
    assertEquals(Statx.S_IFCHR, statx.get(JAVA_SHORT, Statx.MODE) & Statx.S_IFMT);
    assertEquals(-ENOENT, statx(Files.AT_FDCWD, directory + "/none", 0, statx));
    assertEquals(-EBADF, statx(-1, "", Statx.AT_EMPTY_PATH, statx));
    assertEquals(-EFAULT, Files.statx(Files.AT_FDCWD, 8, 0, Statx.STATX_BASIC_STATS, 8));
  }

  private int openat2(int dir, String path, long flags, long mode, long resolve) {
    MemorySegment how = arena.allocate(2 * OpenHow.SIZE, 8);
    OpenHow.write(how, OpenHow.SIZE, flags | Files.O_CLOEXEC, mode, resolve);
    return OpenHow.openat2(dir, text(path).address(), how.address() + OpenHow.SIZE);
  }

  @Test
  void beneathMeansBeneath() throws IOException {
    Path root = java.nio.file.Files.createDirectories(directory.resolve("root/sub"));
    java.nio.file.Files.writeString(directory.resolve("secret"), "secret");
    java.nio.file.Files.writeString(root.resolve("f"), "f");
    java.nio.file.Files.createSymbolicLink(root.resolve("out"), Path.of("../../secret"));
    java.nio.file.Files.createSymbolicLink(root.resolve("far"), directory.resolve("secret"));
    java.nio.file.Files.createSymbolicLink(root.resolve("in"), Path.of("../sub/f"));
    int dir = opened(Files.open(root.getParent().toString(), Files.O_PATH, 0));
    long beneath = OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_MAGICLINKS;
    for (String inside : new String[] {"sub/f", "./sub/../sub/f", "sub/in"}) {
      assertEquals(0, Files.close(opened(openat2(dir, inside, 0, 0, beneath))), inside);
    }
    String secret = directory + "/secret";
    for (String outside :
        new String[] {"../secret", "sub/../../secret", secret, "sub/out", "sub/far", ".."}) {
      assertEquals(-EXDEV, openat2(dir, outside, 0, 0, beneath), outside);
    }
    assertEquals(-ENOENT, openat2(dir, "sub/none", 0, 0, beneath));
    assertEquals(-EINVAL, openat2(dir, "sub/f", 0, 0600, beneath), "a mode for no new file");
    assertEquals(-EINVAL, openat2(dir, "sub/f", 0, 0, 1L << 40), "an unknown bit");
    assertEquals(-EBADF, openat2(-1, "sub/f", 0, 0, beneath));
    int made = opened(openat2(dir, "new", Files.O_CREAT | Files.O_WRONLY, 0600, beneath));
    assertEquals(0, Files.close(made));
    assertEquals(0, Files.close(dir));
    assertEquals(
        -ELOOP, openat2(Files.AT_FDCWD, "/proc/self/exe", 0, 0, OpenHow.RESOLVE_NO_MAGICLINKS));
  }
}
