// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ffi.OpenHow;
import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.Close;
import dev.annulus.uring.op.Fsync;
import dev.annulus.uring.op.FutexWait;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.Openat;
import dev.annulus.uring.op.Openat2;
import dev.annulus.uring.op.PollAdd;
import dev.annulus.uring.op.Read;
import dev.annulus.uring.op.ReadFixed;
import dev.annulus.uring.op.Timeout;
import dev.annulus.uring.op.Write;
import dev.annulus.uring.op.WriteFixed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every ring does, whoever serves it. */
abstract class RingContract {
  private static final int RW_CREATE = Files.O_RDWR | Files.O_CREAT;

  @TempDir Path temporary;
  private Arena arena;
  private Ring ring;
  private final Map<Long, Integer> results = new HashMap<>();

  abstract RingOptions options();

  @BeforeEach
  void open() throws ErrnoException {
    arena = Arena.ofShared();
    ring = Rings.open(options().withEntries(16, options().has(SetupFlag.CQE_MIXED) ? 64 : 32));
  }

  @AfterEach
  void close() {
    ring.close();
    arena.close();
  }

  private int openFile(String name) throws ErrnoException {
    String path = temporary.resolve(name).toString();
    return ErrnoException.check("open", Files.open(path, RW_CREATE, 0600));
  }

  private long claim() {
    long at = ring.claim();
    assertTrue(at >= 0, "a free entry");
    return at;
  }

  /** Waits until a number of results have come. */
  private void settle(int count) throws ErrnoException {
    while (results.size() < count) {
      ring.await(1, 0);
      ring.reap((tag, result, flags) -> results.put(tag, result), 64);
    }
  }

  private int one() throws ErrnoException {
    results.clear();
    settle(1);
    return results.values().iterator().next();
  }

  @Test
  void nopsInBatchesOfEverySize() throws ErrnoException {
    long tag = 0;
    for (int batch = 1; batch <= 16; batch++) {
      results.clear();
      long first = tag;
      for (int i = 0; i < batch; i++) {
        Nop.prep(ring.entries(), claim(), tag++);
      }
      assertEquals(batch, ring.inFlight());
      settle(batch);
      for (long i = first; i < tag; i++) {
        assertEquals(0, results.get(i));
      }
      assertEquals(0, ring.inFlight());
    }
  }

  @Test
  void manyTimesAroundTheQueues() throws ErrnoException {
    for (int round = 0; round < 5_000; round++) {
      Nop.prep(ring.entries(), claim(), round);
      ring.await(1, 0);
      long expected = round;
      assertEquals(1, ring.reap((tag, result, flags) -> assertEquals(expected, tag), 10));
    }
  }

  @Test
  void readsWhatWasWritten() throws ErrnoException {
    int fd = openFile("data");
    long seed = System.nanoTime();
    byte[] content = new byte[8192];
    new Random(seed).nextBytes(content);
    MemorySegment buffer = arena.allocate(16384, 4096);
    MemorySegment.copy(content, 0, buffer, JAVA_BYTE, 0, 8192);
    Write.prep(ring.entries(), claim(), fd, buffer.address(), 8192, 100, 0, 1);
    assertEquals(8192, one());
    Fsync.prep(ring.entries(), claim(), fd, 0, 0, Fsync.IORING_FSYNC_DATASYNC, 2);
    assertEquals(0, one());
    Read.prep(ring.entries(), claim(), fd, buffer.address() + 8192, 8192, 100, 0, 3);
    assertEquals(8192, one());
    byte[] read = buffer.asSlice(8192).toArray(JAVA_BYTE);
    assertArrayEquals(content, read, "seed " + seed);
    Read.prep(ring.entries(), claim(), fd, buffer.address(), 100, 9000, 0, 4);
    assertEquals(0, one(), "at the end");
    Close.prep(ring.entries(), claim(), fd, 0, 5);
    assertEquals(0, one());
    Read.prep(ring.entries(), claim(), fd, buffer.address(), 1, 0, 0, 6);
    assertEquals(-Errno.EBADF, one());
  }

  @Test
  void fixedFilesAndBuffers() throws ErrnoException {
    int fd = openFile("fixed");
    MemorySegment buffer = arena.allocate(8192, 4096);
    ring.registerBuffers(buffer);
    ring.registerFiles(4);
    ring.registerFile(2, fd);
    Files.close(fd);
    buffer.set(JAVA_LONG, 0, 0x1122334455667788L);
    long at = claim();
    WriteFixed.prep(ring.entries(), at, 2, 0, buffer.address(), 8, 0, 1);
    SqEntry.flags(ring.entries(), at, SqEntry.IOSQE_FIXED_FILE);
    assertEquals(8, one());
    at = claim();
    ReadFixed.prep(ring.entries(), at, 2, 0, buffer.address() + 4096, 8, 0, 2);
    SqEntry.flags(ring.entries(), at, SqEntry.IOSQE_FIXED_FILE);
    assertEquals(8, one());
    assertEquals(0x1122334455667788L, buffer.get(JAVA_LONG, 4096));
    at = claim();
    ReadFixed.prep(ring.entries(), at, 1, 0, buffer.address(), 8, 0, 3);
    SqEntry.flags(ring.entries(), at, SqEntry.IOSQE_FIXED_FILE);
    assertEquals(-Errno.EBADF, one(), "an empty place");
    ring.registerBuffers();
    ring.registerFiles(0);
  }

  @Test
  void opensAndStats() throws ErrnoException {
    MemorySegment path = arena.allocateFrom(temporary.resolve("new").toString());
    Openat.prep(ring.entries(), claim(), Files.AT_FDCWD, path.address(), RW_CREATE, 0600, 0, 1);
    ring.submit();
    while (ring.pending() > 0) {
      Thread.onSpinWait(); // a thread of the kernel gets to it
    }
    path.fill((byte) 'x'); // the ring has its own copy by now
    int fd = one();
    assertTrue(fd >= 0, "openat: " + fd);
    assertTrue(java.nio.file.Files.exists(temporary.resolve("new")), "and no other path");
    MemorySegment empty = arena.allocate(1);
    MemorySegment statx = arena.allocate(Statx.SIZE, 8);
    dev.annulus.uring.op.Statx.prep(
        ring.entries(),
        claim(),
        fd,
        empty.address(),
        Statx.AT_EMPTY_PATH,
        Statx.STATX_BASIC_STATS,
        statx.address(),
        2);
    assertEquals(0, one());
    assertEquals(Statx.S_IFREG, statx.get(JAVA_INT, Statx.MODE) & Statx.S_IFMT);
    Files.close(fd);
    MemorySegment missing = arena.allocateFrom("/nonexistent/file");
    Openat.prep(ring.entries(), claim(), Files.AT_FDCWD, missing.address(), 0, 0, 0, 3);
    assertEquals(-Errno.ENOENT, one());
  }

  @Test
  void openat2StaysBeneath() throws IOException {
    java.nio.file.Files.createDirectory(temporary.resolve("root"));
    int root = Files.open(temporary.resolve("root").toString(), Files.O_PATH, 0);
    MemorySegment how = arena.allocate(OpenHow.SIZE, 8);
    OpenHow.write(how, 0, 0, 0, OpenHow.RESOLVE_BENEATH);
    MemorySegment path = arena.allocateFrom("../x");
    Openat2.prep(ring.entries(), claim(), root, path.address(), how.address(), 0, 1);
    assertEquals(-Errno.EXDEV, one());
    Files.close(root);
  }

  @Test
  void timeoutsExpire() throws ErrnoException {
    MemorySegment time = arena.allocate(16, 8);
    time.set(JAVA_LONG, 8, 20_000_000);
    long before = System.nanoTime();
    Timeout.prep(ring.entries(), claim(), time.address(), 0, 0, 1);
    assertEquals(-Errno.ETIME, one());
    assertTrue(System.nanoTime() - before >= 20_000_000);
  }

  @Test
  void awaitGivesUpAfterItsTime() throws ErrnoException {
    int event = Events.eventfd(true);
    PollAdd.prep(ring.entries(), claim(), event, Events.EPOLLIN, 0, 1);
    long before = System.nanoTime();
    assertEquals(0, ring.await(1, 20_000_000));
    assertTrue(System.nanoTime() - before >= 19_000_000);
    Events.signal(event);
    assertEquals(Events.EPOLLIN, one());
    Files.close(event);
  }

  @Test
  void waitsThatAreCancelledSaySo() throws ErrnoException {
    int event = Events.eventfd(true);
    MemorySegment word = arena.allocate(4, 4);
    MemorySegment time = arena.allocate(16, 8);
    time.set(JAVA_LONG, 0, 1000);
    PollAdd.prep(ring.entries(), claim(), event, Events.EPOLLIN, 0, 1);
    FutexWait.prep(ring.entries(), claim(), word.address(), 0, 0, 2);
    Timeout.prep(ring.entries(), claim(), time.address(), 0, 0, 3);
    ring.submit();
    for (long target = 1; target <= 3; target++) {
      AsyncCancel.prep(ring.entries(), claim(), target, -1, 0, 0, 10 + target);
    }
    AsyncCancel.prep(ring.entries(), claim(), 99, -1, 0, 0, 20);
    settle(7);
    for (long target = 1; target <= 3; target++) {
      assertEquals(-Errno.ECANCELED, results.get(target), "target " + target);
      // Linux answers 0, or for a futex wait how many it cancelled.
      assertTrue(results.get(10 + target) >= 0, "cancel of " + target);
    }
    assertEquals(-Errno.ENOENT, results.get(20L));
    Files.close(event);
  }

  @Test
  void futexWaitsAreWoken() throws ErrnoException {
    MemorySegment word = arena.allocate(4, 4);
    FutexWait.prep(ring.entries(), claim(), word.address(), 1, 0, 1);
    assertEquals(-Errno.EAGAIN, one(), "the value differs");
    FutexWait.prep(ring.entries(), claim(), word.address(), 0, 0, 2);
    ring.submit();
    Thread waker =
        Thread.ofPlatform()
            .start(() -> {
              word.set(JAVA_INT, 0, 1);
              Futex.wake(word.address(), 1);
            });
    int result = one();
    assertTrue(result == 0 || result == -Errno.EAGAIN, "woken: " + result);
    assertTrue(waker.isAlive() || word.get(JAVA_INT, 0) == 1);
  }

  @Test
  void theBoundsAreKept() throws ErrnoException {
    for (int i = 0; i < 16; i++) {
      Nop.prep(ring.entries(), claim(), i);
    }
    assertEquals(-1, ring.claim(), "the submission queue is full");
    ring.unclaim();
    assertEquals(15, ring.inFlight());
    assertEquals(15, ring.submit());
    int event = Events.eventfd(true);
    while (ring.inFlight() < ring.capacity()) {
      PollAdd.prep(ring.entries(), claim(), event, Events.EPOLLIN, 0, 100 + ring.inFlight());
      ring.submit();
    }
    assertEquals(-1, ring.claim(), "as much in flight as there is room for");
    settle(15);
    assertTrue(ring.claim() >= 0);
    ring.unclaim();
    Files.close(event);
  }

  @Test
  void aRunIsClaimedWholeOrNotAtAll() throws ErrnoException {
    for (int bad : new int[] {Integer.MIN_VALUE, -1, 0, 17}) {
      assertThrows(IllegalArgumentException.class, () -> ring.claim(bad));
    }
    long size = options().has(SetupFlag.SQE128) ? 128 : 64;
    for (int tag = 0; tag < 100; tag += 5) {
      results.clear();
      long first = ring.claim(5);
      for (int i = 0; i < 5; i++) {
        Nop.prep(ring.entries(), first >= 0 ? first + size * i : claim(), tag + i);
      }
      assertEquals(5, ring.pending());
      settle(5);
      assertEquals(0, ring.inFlight());
    }
    results.clear();
    Nop.prep(ring.entries(), claim(), 1);
    assertEquals(-1, ring.claim(16), "fewer are free");
    assertEquals(1, ring.pending());
    settle(1);
  }

  @Test
  void whatIsNotOfferedIsRefused() throws ErrnoException {
    long at = claim();
    SqEntry.fill(ring.entries(), at, 0x7f, -1, 0, 0, 0, 1);
    assertEquals(-Errno.EINVAL, one());
    assertTrue(ring.supports(Opcode.READ));
    assertTrue(!ring.supports(0x7f) && !ring.supports(-1) && !ring.supports(1000));
  }

  @Test
  void anotherThreadIsRefused() throws InterruptedException {
    Throwable[] thrown = new Throwable[1];
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try {
                ring.claim();
              } catch (Throwable e) {
                thrown[0] = e;
              }
            });
    other.join();
    assertEquals(WrongThreadException.class, thrown[0].getClass());
  }

  @Test
  void aClosedRingIsRefused() throws ErrnoException {
    Ring other = Rings.open(options());
    other.close();
    other.close();
    assertThrows(IllegalStateException.class, other::claim);
    assertThrows(IllegalStateException.class, other::submit);
  }

  @Test
  void closeCancelsWaitsAndFrees() throws IOException {
    Rings.open(options()).close(); // whatever is made once a process is made now
    Leaks before = Leaks.now();
    for (int round = 0; round < 20; round++) {
      Ring other = Rings.open(options());
      int event = Events.eventfd(true);
      MemorySegment word = arena.allocate(4, 4);
      MemorySegment time = arena.allocate(16, 8);
      time.set(JAVA_LONG, 0, 1000);
      PollAdd.prep(other.entries(), other.claim(), event, Events.EPOLLIN, 0, 1);
      FutexWait.prep(other.entries(), other.claim(), word.address(), 0, 0, 2);
      Timeout.prep(other.entries(), other.claim(), time.address(), 0, 0, 3);
      if (round % 2 == 0) {
        other.submit();
      }
      other.close();
      Files.close(event);
    }
    assertEquals(before, Leaks.now());
  }
}
