// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTest {
  private static final int EPERM = 1;
  private static final int EBADF = 9;
  private static final int EACCES = 13;
  private static final int ENODEV = 19;
  private static final int EINVAL = 22;
  private static final int EFBIG = 27;
  private static final int BOTH = Memory.PROT_READ | Memory.PROT_WRITE;
  private static final String NAME = "ffi-memory-test";

  private final long before = TestFds.count();

  @AfterEach
  void nothingStaysOpenOrMapped() throws IOException {
    assertEquals(before, TestFds.count());
    assertEquals(0, mappings());
  }

  private static long mappings() throws IOException {
    try (Stream<String> maps = java.nio.file.Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains("/memfd:" + NAME)).count();
    }
  }

  private static MemorySegment map(int fd, long size, int prot, Arena arena) {
    Memory.Mapping mapping = Memory.map(fd, 0, size, prot, Memory.MAP_SHARED, arena);
    return assertInstanceOf(Memory.Mapping.Mapped.class, mapping).memory();
  }

  private static int errno(int fd, long offset, long size, int prot) {
    try (Arena arena = Arena.ofConfined()) {
      Memory.Mapping mapping = Memory.map(fd, offset, size, prot, Memory.MAP_SHARED, arena);
      return assertInstanceOf(Memory.Mapping.Failed.class, mapping).errno();
    }
  }

  /** Resizes through a channel; answers whether that was allowed. */
  private static boolean resize(int fd, long size) throws IOException {
    Path file = Path.of("/proc/self/fd/" + fd);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (size < channel.size()) {
        channel.truncate(size);
      } else {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void memoryFileHasItsSizeAndIsZero() throws IOException {
    int fd = opened(Memory.memfd(NAME, 10_000));
    assertEquals(10_000, Memory.tmpfsSize(fd));
    assertEquals(Files.O_CLOEXEC, TestFds.flags(fd) & Files.O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = map(fd, 10_000, BOTH, arena);
      assertEquals(10_000, memory.byteSize());
      assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[10_000])));
      assertEquals(1, mappings());
      assertThrows(IndexOutOfBoundsException.class, () -> memory.get(JAVA_BYTE, 10_000));
    }
    assertEquals(0, mappings());
    assertEquals(0, Files.close(fd));
  }

  @Test
  void twoMappingsShareTheirBytes() {
    int fd = opened(Memory.memfd(NAME, 8192));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = map(fd, 8192, BOTH, arena);
      MemorySegment two = map(fd, 8192, Memory.PROT_READ, arena);
      Memory.Mapping tail =
          Memory.map(
              fd, 4096, 4096, Memory.PROT_READ, Memory.MAP_SHARED | Memory.MAP_POPULATE, arena);
      one.set(JAVA_LONG, 4096, 42);
      assertEquals(42, two.get(JAVA_LONG, 4096));
      MemorySegment half = assertInstanceOf(Memory.Mapping.Mapped.class, tail).memory();
      assertEquals(42, half.get(JAVA_LONG, 0));
    }
    assertEquals(0, Files.close(fd));
  }

  @Test
  void sizesThatCannotBe() {
    assertEquals(-EINVAL, Memory.memfd(NAME, -1));
    int huge = Memory.memfd(NAME, Long.MAX_VALUE);
    if (huge >= 0) {
      Files.close(huge);
    } else {
      assertEquals(-EFBIG, huge);
    }
    assertEquals(-EINVAL, Memory.memfd("x".repeat(250), 1), "a name too long");
  }

  @Test
  void sealedSizeStays() throws IOException {
    int fd = opened(Memory.memfd(NAME, 4096));
    assertEquals(0, Memory.seals(fd));
    assertEquals(true, resize(fd, 8192));
    assertEquals(0, Memory.seal(fd, Memory.F_SEAL_SHRINK));
    assertEquals(false, resize(fd, 4096));
    assertEquals(true, resize(fd, 12288));
    assertEquals(0, Memory.seal(fd, Memory.F_SEAL_GROW));
    assertEquals(false, resize(fd, 16384));
    assertEquals(false, resize(fd, 4096));
    assertEquals(12288, Memory.tmpfsSize(fd));
    assertEquals(Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW, Memory.seals(fd));
    assertEquals(0, Memory.seal(fd, Memory.F_SEAL_SEAL));
    assertEquals(-EPERM, Memory.seal(fd, Memory.F_SEAL_FUTURE_WRITE));
    assertEquals(0, Files.close(fd));
  }

  @Test
  void futureWriteSealKeepsTheOldMappingAndAllowsNoNewOne() throws IOException {
    int fd = opened(Memory.memfd(NAME, 4096));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment old = map(fd, 4096, BOTH, arena);
      assertEquals(0, Memory.seal(fd, Memory.F_SEAL_FUTURE_WRITE));
      assertEquals(EPERM, errno(fd, 0, 4096, BOTH));
      MemorySegment view = map(fd, 4096, Memory.PROT_READ, arena);
      old.set(JAVA_LONG, 8, 7);
      assertEquals(7, view.get(JAVA_LONG, 8));
      long address = arena.allocateFrom(JAVA_LONG, 9).address();
      assertEquals(-EPERM, Files.pwrite(fd, address, 8, 8), "nor by write");
      assertEquals(7, view.get(JAVA_LONG, 8));
    }
    assertEquals(0, Files.close(fd));
  }

  @Test
  void errorsAreErrnos() throws IOException {
    int fd = opened(Memory.memfd(NAME, 4096));
    assertEquals(EINVAL, errno(fd, 0, 0, BOTH));
    assertEquals(EINVAL, errno(fd, 1, 4096, BOTH));
    assertEquals(EBADF, errno(-1, 0, 4096, BOTH));
    int readOnly = opened(Files.open("/proc/self/fd/" + fd, Files.O_RDONLY, 0));
    assertEquals(EACCES, errno(readOnly, 0, 4096, BOTH));
    assertEquals(0, Files.close(readOnly));
    assertEquals(0, Files.close(fd));
    assertEquals(-EBADF, Memory.seal(fd, Memory.F_SEAL_GROW));
    assertEquals(-EBADF, Memory.seals(fd));
    assertEquals(-EBADF, Memory.tmpfsSize(fd));
    int directory = opened(Files.open("/proc/self", Files.O_RDONLY | Files.O_DIRECTORY, 0));
    assertEquals(ENODEV, errno(directory, 0, 4096, Memory.PROT_READ));
    assertEquals(-EINVAL, Memory.seals(directory));
    assertEquals(-EINVAL, Memory.tmpfsSize(directory));
    assertEquals(0, Files.close(directory));
  }

  @Test
  void mappingForAClosedArenaLeavesNothing() throws IOException {
    int fd = opened(Memory.memfd(NAME, 4096));
    Arena closed = Arena.ofConfined();
    closed.close();
    assertThrows(IllegalStateException.class, () -> map(fd, 4096, BOTH, closed));
    assertEquals(0, mappings());
    try (Arena other = Arena.ofConfined()) {
      Throwable[] thrown = new Throwable[1];
      Thread thread =
          Thread.ofPlatform()
              .start(() ->
                  thrown[0] =
                      assertThrows(WrongThreadException.class, () -> map(fd, 4096, BOTH, other)));
      thread.join();
      assertInstanceOf(WrongThreadException.class, thrown[0]);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertEquals(0, mappings());
    assertEquals(0, Files.close(fd));
  }

  @Test
  void copiesWhatAStructurePointsTo() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom("path");
      byte[] whole = "path\0".getBytes(StandardCharsets.US_ASCII);
      assertArrayEquals(whole, Memory.cString(text.address(), 100));
      assertArrayEquals(whole, Memory.cString(text.address(), 4));
      assertNull(Memory.cString(text.address(), 3));
      assertArrayEquals(new byte[] {0}, Memory.cString(text.address() + 4, 0));
      assertArrayEquals(new byte[] {'a', 't'}, Memory.bytes(text.address() + 1, 2));
    }
  }
}
