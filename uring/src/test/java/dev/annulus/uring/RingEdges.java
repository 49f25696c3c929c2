// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.annulus.uring.op.FutexWait;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The less usual ways of the operations, in which the stand-in must answer as the kernel does. */
abstract class RingEdges {
  private static final int FIXED = SqEntry.IOSQE_FIXED_FILE;
  private static final int CANCEL_ANY = 1 << 2;

  @TempDir Path temporary;
  private Arena arena;
  private Ring ring;
  private int event;
  private final Map<Long, Integer> results = new HashMap<>();

  abstract RingOptions options();

  @BeforeEach
  void open() throws ErrnoException {
    arena = Arena.ofShared();
    ring = Rings.open(options().withEntries(16, 512).withThreads(1));
    event = ErrnoException.check("eventfd", Events.eventfd(false));
  }

  @AfterEach
  void close() {
    ring.close();
    Files.close(event);
    arena.close();
  }

  private long claim() throws ErrnoException {
    long at = ring.claim();
    if (at < 0) {
      ring.submit();
      at = ring.claim();
    }
    assertTrue(at >= 0, "a free entry");
    return at;
  }

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

  private MemorySegment word(int value) {
    MemorySegment word = arena.allocate(4, 4);
    word.set(JAVA_INT, 0, value);
    return word;
  }

  private int newFile(String name) throws ErrnoException {
    String path = temporary.resolve(name).toString();
    return ErrnoException.check("open", Files.open(path, Files.O_RDWR | Files.O_CREAT, 0600));
  }

  @Test
  void readsOfStreamsHoldNoThread() throws IOException {
    MemorySegment buffer = arena.allocate(8 * 20, 8);
    for (int i = 0; i < 20; i++) {
      Read.prep(ring.entries(), claim(), event, buffer.address() + 8 * i, 8, -1, 0, i);
    }
    ring.submit();
    int fd = newFile("other");
    Write.prep(ring.entries(), claim(), fd, buffer.address(), 8, 0, 0, 100);
    settle(1);
    assertEquals(8, results.get(100L), "the one thread of the stand-in is free");
    for (int i = 0; i < 20; i++) {
      results.clear();
      Events.signal(event);
      settle(1);
      assertEquals(8, results.values().iterator().next());
    }
    assertEquals(0, ring.inFlight());
    Files.close(fd);
  }

  @Test
  void aReadOfAStreamIsCancelled() throws ErrnoException {
    MemorySegment buffer = arena.allocate(8, 8);
    Read.prep(ring.entries(), claim(), event, buffer.address(), 8, -1, 0, 1);
    ring.submit();
    AsyncCancel.prep(ring.entries(), claim(), 1, -1, 0, 0, 2);
    settle(2);
    assertEquals(-Errno.ECANCELED, results.get(1L));
    int answer = results.get(2L);
    assertTrue(answer == 0 || answer == -Errno.EALREADY, "cancel: " + answer);
  }

  @Test
  void cancelOfAllCountsThem() throws ErrnoException {
    for (int i = 0; i < 5; i++) {
      PollAdd.prep(ring.entries(), claim(), event, Events.EPOLLIN, 0, i);
    }
    ring.submit();
    long at = claim();
    SqEntry.fill(ring.entries(), at, Opcode.ASYNC_CANCEL, -1, 0, 0, 0, 9);
    SqEntry.opFlags(ring.entries(), at, CANCEL_ANY);
    settle(6);
    assertEquals(5, results.get(9L));
    assertEquals(-Errno.ECANCELED, results.get(3L));
  }

  @Test
  void manyMayPollOneDescriptorAndItsCloseEndsNoPoll() throws ErrnoException {
    int other = ErrnoException.check("eventfd", Events.eventfd(true));
    PollAdd.prep(ring.entries(), claim(), other, Events.EPOLLIN, 0, 1);
    PollAdd.prep(ring.entries(), claim(), other, Events.EPOLLIN, 0, 2);
    ring.submit();
    int same = Files.duplicate(other);
    Files.close(other);
    Events.signal(same);
    settle(2);
    assertEquals(Events.EPOLLIN, results.get(1L));
    assertEquals(Events.EPOLLIN, results.get(2L));
    Files.close(same);
  }

  @Test
  void pollsThatAreReadyOrRefused() throws ErrnoException {
    PollAdd.prep(ring.entries(), claim(), event, Events.EPOLLOUT | Events.EPOLLIN, 0, 1);
    assertEquals(Events.EPOLLOUT, one());
    int file = newFile("regular");
    PollAdd.prep(ring.entries(), claim(), file, Events.EPOLLIN, 0, 2);
    assertEquals(Events.EPOLLIN, one(), "a regular file is always ready");
    Files.close(file);
    PollAdd.prep(ring.entries(), claim(), file, Events.EPOLLIN, 0, 3);
    assertEquals(-Errno.EBADF, one());
  }

  @Test
  void futexWaitsByTheHundred() throws ErrnoException {
    int count = 300;
    MemorySegment words = arena.allocate(4L * count, 4);
    for (int i = 0; i < count; i++) {
      FutexWait.prep(ring.entries(), claim(), words.address() + 4L * i, 0, 0, i);
    }
    ring.submit();
    assertEquals(0, ring.await(1, 20_000_000), "none is woken");
    for (int i = count - 1; i >= 0; i--) {
      words.set(JAVA_INT, 4L * i, 1);
      Futex.wake(words.address() + 4L * i, 1);
    }
    settle(count);
    results.forEach((tag, result) -> assertEquals(0, result, "wait " + tag));
  }

  @Test
  void futexWaitsThatCannotBe() throws ErrnoException {
    FutexWait.prep(ring.entries(), claim(), word(3).address(), 4, 0, 1);
    assertEquals(-Errno.EAGAIN, one());
    FutexWait.prep(ring.entries(), claim(), word(0).address() + 1, 0, 0, 2);
    assertEquals(-Errno.EINVAL, one(), "not aligned");
    FutexWait.prep(ring.entries(), claim(), 0, 0, 0, 3);
    assertEquals(-Errno.EFAULT, one());
    long at = claim();
    FutexWait.prep(ring.entries(), at, word(0).address(), 0, 0, 4);
    SqEntry.addr3(ring.entries(), at, 0);
    assertEquals(-Errno.EINVAL, one(), "no bit of the mask");
  }

  @Test
  void pathsThatCannotBe() throws ErrnoException {
    Openat.prep(ring.entries(), claim(), Files.AT_FDCWD, 0, 0, 0, 0, 1);
    assertEquals(-Errno.EFAULT, one());
    MemorySegment path = arena.allocate(8192).fill((byte) 'x');
    Openat.prep(ring.entries(), claim(), Files.AT_FDCWD, path.address(), 0, 0, 0, 2);
    assertEquals(-Errno.ENAMETOOLONG, one());
    MemorySegment how = arena.allocate(OpenHow.SIZE, 8);
    long at = claim();
    Openat2.prep(ring.entries(), at, event, path.address(), how.address(), 0, 3);
    ring.entries().set(JAVA_INT, at + SqEntry.LEN, OpenHow.SIZE - 1);
    assertEquals(-Errno.EINVAL, one(), "an open_how that is too short");
    MemorySegment empty = arena.allocate(1);
    MemorySegment statx = arena.allocate(Statx.SIZE, 8);
    dev.annulus.uring.op.Statx.prep(
        ring.entries(), claim(), -5, empty.address(), 0, 0, statx.address(), 4);
    assertTrue(one() < 0);
  }

  @Test
  void structuresMayBeReusedAfterSubmit() throws IOException {
    java.nio.file.Files.createFile(temporary.resolve("here"));
    int dir = Files.open(temporary.toString(), Files.O_PATH, 0);
    MemorySegment how = arena.allocate(OpenHow.SIZE, 8);
    MemorySegment path = arena.allocateFrom("here");
    OpenHow.write(how, 0, 0, 0, OpenHow.RESOLVE_BENEATH);
    Openat2.prep(ring.entries(), claim(), dir, path.address(), how.address(), 0, 1);
    ring.submit();
    how.fill((byte) -1);
    path.fill((byte) 'x');
    int fd = one();
    assertTrue(fd >= 0, "openat2: " + fd);
    Files.close(fd);
    Files.close(dir);
  }

  @Test
  void timeoutsOfEveryLength() throws ErrnoException {
    MemorySegment time = arena.allocate(16, 8);
    Timeout.prep(ring.entries(), claim(), time.address(), 0, 0, 1);
    assertEquals(-Errno.ETIME, one(), "of no time");
    time.set(JAVA_LONG, 0, Long.MAX_VALUE);
    Timeout.prep(ring.entries(), claim(), time.address(), 0, 0, 2);
    assertEquals(1, ring.submit());
    time.set(JAVA_LONG, 0, 0);
    assertEquals(0, ring.await(1, 5_000_000), "of 292 years or more");
    time.set(JAVA_LONG, 8, -1);
    Timeout.prep(ring.entries(), claim(), time.address(), 0, 0, 3);
    assertEquals(-Errno.EINVAL, one(), "of negative nanoseconds");
    Timeout.prep(ring.entries(), claim(), 0, 0, 0, 4);
    assertEquals(-Errno.EFAULT, one());
    long then = System.nanoTime() + 5_000_000;
    time.set(JAVA_LONG, 0, then / 1_000_000_000);
    time.set(JAVA_LONG, 8, then % 1_000_000_000);
    long at = claim();
    Timeout.prep(ring.entries(), at, time.address(), 0, 0, 5);
    SqEntry.opFlags(ring.entries(), at, 1); // IORING_TIMEOUT_ABS
    assertEquals(-Errno.ETIME, one());
    assertTrue(System.nanoTime() >= then);
  }

  @Test
  void fixedBuffersHaveBounds() throws ErrnoException {
    int fd = newFile("bounds");
    MemorySegment buffer = arena.allocate(8192, 4096);
    WriteFixed.prep(ring.entries(), claim(), fd, 0, buffer.address(), 8, 0, 1);
    assertEquals(-Errno.EFAULT, one(), "no buffers are registered");
    ring.registerBuffers(buffer.asSlice(0, 4096), buffer.asSlice(4096, 4096));
    WriteFixed.prep(ring.entries(), claim(), fd, 1, buffer.address() + 4096, 4096, 0, 2);
    assertEquals(4096, one());
    WriteFixed.prep(ring.entries(), claim(), fd, 0, buffer.address() + 4095, 2, 0, 3);
    assertEquals(-Errno.EFAULT, one(), "past the end");
    ReadFixed.prep(ring.entries(), claim(), fd, 1, buffer.address() + 4095, 1, 0, 4);
    assertEquals(-Errno.EFAULT, one(), "before the beginning");
    ReadFixed.prep(ring.entries(), claim(), fd, 2, buffer.address(), 1, 0, 5);
    assertEquals(-Errno.EFAULT, one(), "no such buffer");
    Files.close(fd);
  }

  @Test
  void aFixedFileIsHeldByItsOperations() throws ErrnoException {
    MemorySegment buffer = arena.allocate(8, 8);
    ring.registerFiles(2);
    ring.registerFile(1, event);
    long at = claim();
    Read.prep(ring.entries(), at, 1, buffer.address(), 8, -1, 0, 1);
    SqEntry.flags(ring.entries(), at, FIXED);
    ring.submit();
    ring.registerFile(1, -1);
    ring.registerFiles(0);
    Events.signal(event);
    assertEquals(8, one(), "the file that it had");
    ring.registerFiles(2);
    at = claim();
    Close.prep(ring.entries(), at, 0, 0, 2);
    SqEntry.flags(ring.entries(), at, FIXED);
    assertEquals(-Errno.EBADF, one());
  }

  @Test
  void registrationsThatCannotBe() throws ErrnoException {
    assertEquals(Errno.ENXIO, errno(() -> ring.registerFile(0, event)));
    ring.registerFiles(2);
    assertEquals(Errno.EINVAL, errno(() -> ring.registerFile(2, event)));
    assertEquals(Errno.EBADF, errno(() -> ring.registerFile(0, 1_000_000)));
    assertEquals(-1, errno(() -> ring.registerFile(0, -1)));
  }

  /** What may fail with an errno. */
  private interface Failing {
    void run() throws ErrnoException;
  }

  private static int errno(Failing call) {
    try {
      call.run();
      return -1;
    } catch (ErrnoException e) {
      assertTrue(e.getMessage().length() > e.call().length() + 20, e.getMessage());
      return e.errno();
    }
  }
}
