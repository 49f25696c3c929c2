// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Memory that a client shares, and what a server refuses to map. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class RegionTest {
  private static final long PAGE = 4096;
  private static final int FIXED = Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private static int call(PeerRing ring, int opcode, Region region, long at, int length, int value)
      throws IOException {
    long entry = ring.sq().claim();
    SqEntry.fill(ring.sq().slots(), entry, opcode, -1, value, at, length, 7);
    SqEntry.bufIndex(ring.sq().slots(), entry, region.id());
    ring.submit();
    assertEquals(1, ring.awaitUninterruptibly(1));
    long answer = ring.cq().next();
    assertEquals(7, CqEntry.userData(ring.cq().slots(), answer));
    int result = CqEntry.res(ring.cq().slots(), answer);
    ring.cq().release();
    return result;
  }

  @Test
  void bothSidesSeeTheSameBytes() throws Exception {
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      assertEquals(0, echo.systemCalls());
      Region first = ring.share(1);
      Region second = ring.share(3 * PAGE + 1);
      assertEquals(PAGE, first.size());
      assertEquals(4 * PAGE, second.size());
      assertEquals(0, first.id());
      assertEquals(1, second.id());
      second.memory().set(JAVA_BYTE, 4 * PAGE - 1, (byte) 200);
      second.memory().set(JAVA_BYTE, PAGE, (byte) 3);
      assertEquals(203, call(ring, Echo.SUM, second, PAGE, 3 * (int) PAGE, 0));
      assertEquals(0, call(ring, Echo.SUM, first, 0, (int) PAGE, 0));
      assertEquals(10, call(ring, Echo.FILL, first, 100, 10, 5));
      assertEquals(0, first.memory().get(JAVA_BYTE, 99));
      assertEquals(5, first.memory().get(JAVA_BYTE, 100));
      assertEquals(5, first.memory().get(JAVA_BYTE, 109));
      assertEquals(0, first.memory().get(JAVA_BYTE, 110));
      assertEquals(-Errno.EFAULT, call(ring, Echo.SUM, first, PAGE - 1, 2, 0));
    }
  }

  @Test
  void lookUpTakesAnyNumber() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withRegions(3, 9 * PAGE));
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      PeerSession session = server.attached();
      Region region = ring.share(2 * PAGE);
      assertEquals(2 * PAGE, session.region(region.id()).byteSize());
      for (int number :
          new int[] {1, 2, 3, 65535, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 16}) {
        assertNull(session.region(number), "region " + number);
      }
    }
  }

  private static void refused(int errno, String why, PeerRing ring, long size) {
    long mappings = Proc.mappings();
    ErrnoException refusal = assertThrows(ErrnoException.class, () -> ring.share(size));
    assertEquals(errno, refusal.errno(), refusal::getMessage);
    assertTrue(refusal.getMessage().contains(why), refusal::getMessage);
    assertEquals(mappings, Proc.mappings(), "memory of a refused region stays mapped");
  }

  private static String quota(int regions, long bytes) {
    return "quota here is 3 regions and 36864 bytes; this one has " + regions + " and " + bytes;
  }

  @Test
  void regionsAndBytesAreCounted() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withRegions(3, 9 * PAGE));
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT);
        PeerRing other = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      assertEquals(0, ring.share(8 * PAGE).id());
      refused(Errno.EDQUOT, quota(1, 8 * PAGE), ring, 2 * PAGE);
      assertEquals(1, ring.share(PAGE).id());
      refused(Errno.EDQUOT, quota(2, 9 * PAGE), ring, 1);
      assertEquals(0, other.share(PAGE).id());
      assertEquals(1, other.share(PAGE).id());
      assertEquals(2, other.share(PAGE).id());
      refused(Errno.EDQUOT, quota(3, 3 * PAGE), other, 1);
      assertTrue(server.attached() != server.attached());
    }
  }

  @Test
  void sizesThatCannotBe() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      assertNotNull(server.attached());
      Proc.Held before = Proc.Held.now();
      assertThrows(IllegalArgumentException.class, () -> ring.share(0));
      assertThrows(IllegalArgumentException.class, () -> ring.share(-1));
      assertThrows(ErrnoException.class, () -> ring.share(Long.MAX_VALUE));
      assertThrows(ErrnoException.class, () -> ring.share(Long.MAX_VALUE - 2 * PAGE));
      before.assertHeldAgain();
      assertEquals(0, ring.share(PAGE).id());
    }
  }

  @Test
  void closedRingSharesNothing() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT)) {
      PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT);
      ring.close();
      server.gone();
      Proc.Held before = Proc.Held.now();
      assertThrows(IllegalStateException.class, () -> ring.share(1));
      before.assertHeldAgain();
    }
  }

  /** Says SHARE with a file; answers the errno of the server's refusal. */
  private static int share(RawSocket client, long size, int... files) {
    client.begin(AttachMessage.SHARE);
    AttachMessage.longAt(client.body(), AttachMessage.REGION_SIZE, size);
    client.send(AttachMessage.SIZE, files);
    long length = client.receive();
    assertEquals(AttachMessage.SHARED, AttachMessage.type(client.body(), length));
    for (int file : files) {
      Files.close(file);
    }
    return AttachMessage.status(client.body());
  }

  private static int memory(long size, int seals) {
    int file = Memory.memfd("annulus-hostile", size);
    assertEquals(0, Memory.seal(file, seals));
    return file;
  }

  private int plain(Path file, int flags) {
    return Files.open(file.toString(), flags | Files.O_CREAT, 0600);
  }

  @Test
  void onlySealedMemoryFilesOfTheStatedSizeAreMapped() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        RawSocket client = RawSocket.connect(path)) {
      client.hello();
      client.messages.closeDescriptors();
      PeerSession session = server.attached();
      Proc.Held before = Proc.Held.now();
      assertEquals(Errno.EPERM, share(client, PAGE, memory(PAGE, 0)), "no seals");
      assertEquals(Errno.EPERM, share(client, PAGE, memory(PAGE, Memory.F_SEAL_GROW)));
      assertEquals(Errno.EPERM, share(client, PAGE, memory(PAGE, Memory.F_SEAL_SHRINK)));
      assertEquals(Errno.EINVAL, share(client, 2 * PAGE, memory(PAGE, FIXED)), "too small");
      assertEquals(Errno.EINVAL, share(client, PAGE, memory(2 * PAGE, FIXED)), "too large");
      assertEquals(Errno.EINVAL, share(client, 0, memory(0, FIXED)));
      assertEquals(Errno.EINVAL, share(client, -PAGE, memory(PAGE, FIXED)));
      assertEquals(Errno.EDQUOT, share(client, Long.MAX_VALUE, memory(PAGE, FIXED)));
      assertEquals(Errno.EINVAL, share(client, PAGE, plain(directory.resolve("f"), Files.O_RDWR)));
      Path tmpfs = Path.of("/dev/shm/annulus-test-" + ProcessHandle.current().pid());
      assertEquals(Errno.EPERM, share(client, PAGE, plain(tmpfs, Files.O_RDWR)), "can be resized");
      java.nio.file.Files.delete(tmpfs);
      assertEquals(Errno.EINVAL, share(client, PAGE, plain(Path.of("/dev/zero"), Files.O_RDWR)));
      int futureWrite = FIXED | Memory.F_SEAL_FUTURE_WRITE;
      assertEquals(Errno.EPERM, share(client, PAGE, memory(PAGE, futureWrite)), "not writable");
      assertEquals(Errno.EACCES, share(client, PAGE, readOnly(memory(PAGE, FIXED))));
      assertEquals(Errno.EBADF, share(client, PAGE), "no file");
      assertEquals(Errno.EBADF, share(client, PAGE, memory(PAGE, FIXED), memory(PAGE, FIXED)));
      assertNull(session.region(0));
      before.assertHeldAgain();
      assertEquals(0, share(client, PAGE, memory(PAGE, FIXED)));
      assertEquals(PAGE, session.region(0).byteSize());
    }
  }

  private static int readOnly(int file) {
    int opened = Files.open("/proc/self/fd/" + file, Files.O_RDONLY, 0);
    Files.close(file);
    return opened;
  }
}
