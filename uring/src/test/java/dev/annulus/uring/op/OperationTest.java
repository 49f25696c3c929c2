// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Files;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.KernelRing;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of operations share: a ring of the kernel, and one operation at a time on it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class OperationTest {
  static final RingOptions KERNEL =
      RingOptions.DEFAULT.withEntries(16, 64).withPolicy(RingOptions.Policy.REQUIRE);

  static final int AF_INET = 2;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;

  /** Bits that every entry's memory has before an operation writes to it: none may be left. */
  private static final byte USED_BEFORE = (byte) 0xa5;

  @TempDir Path directory;
  Arena arena;
  Ring ring;
  int lastFlags;
  private final List<Integer> owned = new ArrayList<>();

  @BeforeEach
  void openRing() throws ErrnoException {
    arena = Arena.ofShared();
    ring = Rings.open(options());
  }

  @AfterEach
  void closeRing() {
    ring.close();
    arena.close();
    for (int fd : owned) {
      Files.close(fd);
    }
  }

  /** The ring, with what only the kernel's has. */
  KernelRing kernel() {
    return (KernelRing) ring;
  }

  /** Closes a descriptor at the end of the test. */
  int own(int fd) {
    assertTrue(fd >= 0, () -> "a descriptor, not " + fd);
    owned.add(fd);
    return fd;
  }

  /** A pipe, to read from and to write to. */
  int[] pipe() throws ErrnoException {
    MemorySegment both = arena.allocate(8, 4);
    run(new Pipe(both, 0, 0));
    return new int[] {own(both.get(JAVA_INT, 0)), own(both.get(JAVA_INT, 4))};
  }

  /** {@code struct sockaddr_in} of the loopback address. */
  MemorySegment loopback(int port) {
    MemorySegment address = arena.allocate(16, 8);
    address.set(JAVA_SHORT, 0, (short) AF_INET);
    address.set(JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
    address.set(JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, 0x7f00_0001);
    return address;
  }

  /** A TCP socket that listens at a free port of the loopback address. */
  int listener() throws ErrnoException {
    int socket = own(run(new Socket(AF_INET, SOCK_STREAM, 0, 0)));
    assertEquals(0, run(new Bind(socket, loopback(0))));
    assertEquals(0, run(new Listen(socket, 8)));
    return socket;
  }

  /** The port that a socket is bound to. */
  int port(int socket) throws ErrnoException {
    String inode;
    try {
      inode = java.nio.file.Files.readSymbolicLink(Path.of("/proc/self/fd/" + socket)).toString();
      String number = inode.substring("socket:[".length(), inode.length() - 1);
      for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/net/tcp"))) {
        String[] fields = line.trim().split("\\s+");
        if (fields.length > 9 && fields[9].equals(number)) {
          return Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError(inode + " is not in /proc/net/tcp");
  }

  /** Two connected TCP sockets. */
  int[] connection() throws ErrnoException {
    int listener = listener();
    int client = own(run(new Socket(AF_INET, SOCK_STREAM, 0, 0)));
    assertEquals(0, run(new Connect(client, loopback(port(listener)))));
    int server = own(run(new Accept(listener, MemorySegment.NULL, MemorySegment.NULL, 0, 0, 0)));
    return new int[] {client, server};
  }

  /** Checks that an operation fails, and how. */
  void fails(int errno, Operation operation) {
    assertEquals(errno, assertThrows(ErrnoException.class, () -> run(operation)).errno());
  }

  RingOptions options() {
    return KERNEL;
  }

  /** Writes an operation's entry; {@link #start} hands it over with the next. */
  void queue(Operation operation, int sqeFlags, long tag) {
    long at = ring.claim();
    assertTrue(at >= 0, "a free entry");
    ring.entries().asSlice(at, SqEntry.SIZE).fill(USED_BEFORE);
    operation.prepare(ring.entries(), at, tag);
    assertEquals(operation.opcode(), SqEntry.opcode(ring.entries(), at));
    assertEquals(tag, SqEntry.userData(ring.entries(), at));
    SqEntry.flags(ring.entries(), at, SqEntry.flags(ring.entries(), at) | sqeFlags);
  }

  /** Hands an operation over, without waiting for it. */
  void start(Operation operation, int sqeFlags, long tag) throws ErrnoException {
    queue(operation, sqeFlags, tag);
    ring.submit();
  }

  /** The next completion's result field; its flags are in {@link #lastFlags}. */
  int completion(long tag) throws ErrnoException {
    int[] result = new int[1];
    ring.await(1, TimeUnit.SECONDS.toNanos(20));
    int taken =
        ring.reap(
            (userData, res, flags) -> {
              assertEquals(tag, userData);
              result[0] = res;
              lastFlags = flags;
            },
            1);
    assertEquals(1, taken, "no completion came");
    return result[0];
  }

  /** Whether the operation of the latest completion will complete again. */
  boolean more() {
    return (lastFlags & CqEntry.IORING_CQE_F_MORE) != 0;
  }

  /** So many completions, in any order: result fields by user data. */
  Map<Long, Integer> completions(int count) throws ErrnoException {
    Map<Long, Integer> results = new HashMap<>();
    while (results.size() < count) {
      assertTrue(ring.await(1, TimeUnit.SECONDS.toNanos(20)) > 0, () -> "only came " + results);
      ring.reap((tag, res, flags) -> results.put(tag, res), count);
    }
    return results;
  }

  /** Runs an operation as number 2, which ends another one. */
  Map<Long, Integer> both(Operation operation) throws ErrnoException {
    start(operation, 0, 2);
    return completions(2);
  }

  /** Writes a letter, not by the ring. */
  void put(int fd) {
    assertEquals(1, Files.write(fd, text("x").address(), 1));
  }

  /** Runs an operation to its end; answers the result field. */
  int raw(Operation operation) throws ErrnoException {
    start(operation, 0, 7);
    return completion(7);
  }

  /** Runs an operation to its end. */
  int run(Operation operation) throws ErrnoException {
    return operation.result(raw(operation));
  }

  /** A NUL-terminated path below the test's directory. */
  MemorySegment path(String name) {
    return arena.allocateFrom(directory.resolve(name).toString());
  }

  /** Bytes of a text, without NUL. */
  MemorySegment text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    MemorySegment memory = arena.allocate(Math.max(bytes.length, 1), 8);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    return memory.asSlice(0, bytes.length);
  }

  /** The first bytes of memory as a text. */
  static String text(MemorySegment memory, int length) {
    return new String(memory.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** A new file below the test's directory, open for reading and writing. */
  int file(String name) {
    String path = directory.resolve(name).toString();
    return own(Files.open(path, Files.O_RDWR | Files.O_CREAT, 0600));
  }
}
