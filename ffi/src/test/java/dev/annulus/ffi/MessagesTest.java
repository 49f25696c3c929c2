// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages and descriptors over a connection, and what happens to those that do not fit. */
class MessagesTest {
  private static final int EBADF = 9;
  private static final int EAGAIN = 11;
  private static final int EPIPE = 32;
  private static final int EMSGSIZE = 90;
  private static final int EMFILE = 24;
  private static final int ENOTCONN = 107;
  private static final int CAPACITY = 64;

  @TempDir Path directory;
  private final long before = TestFds.count();
  private final Arena arena = Arena.ofConfined();

  /** With room for more than the receiver's. */
  private final Messages sender = new Messages(arena, 4 * CAPACITY);

  private final Messages receiver = new Messages(arena, CAPACITY);
  private int client;
  private int server;

  @BeforeEach
  void connect() {
    String path = directory.resolve("s").toString();
    int listener = opened(Sockets.seqpacket(true));
    assertEquals(0, Sockets.bind(listener, path));
    assertEquals(0, Sockets.listen(listener, 1));
    client = opened(Sockets.seqpacket(false));
    assertEquals(0, Sockets.connect(client, path));
    server = opened(Sockets.accept(listener));
    assertEquals(0, Files.close(listener));
  }

  @AfterEach
  void nothingStaysOpen() {
    Files.close(client);
    Files.close(server);
    arena.close();
    assertEquals(before, TestFds.count());
  }

  private static int[] memory(int count) {
    return IntStream.range(0, count).map(i -> opened(Memory.memfd("m", 100 + i))).toArray();
  }

  private static void close(int... fds) {
    Arrays.stream(fds).forEach(fd -> assertEquals(0, Files.close(fd)));
  }

  @Test
  void messagesKeepTheirBoundaries() {
    for (int length : new int[] {1, CAPACITY, 7}) {
      sender.body().asSlice(0, length).fill((byte) length);
      assertEquals(length, sender.send(client, length));
    }
    for (int length : new int[] {1, CAPACITY, 7}) {
      assertEquals(length, receiver.receive(server));
      assertEquals(length, receiver.body().get(JAVA_BYTE, length - 1));
      assertEquals(0, receiver.fdCount());
    }
    assertEquals(-EAGAIN, receiver.receive(server), "no more");
  }

  @Test
  void descriptorsArriveInOrderAndAreTheSameFiles() throws Exception {
    for (int count : new int[] {1, 2, 3, Messages.MAX_FDS}) {
      int[] files = memory(count);
      assertEquals(5, sender.send(client, 5, files));
      assertEquals(5, receiver.receive(server));
      assertEquals(count, receiver.fdCount());
      for (int i = 0; i < count; i++) {
        assertNotEquals(files[i], receiver.fd(i));
        assertEquals(100 + i, Memory.tmpfsSize(receiver.fd(i)));
        assertTrue((TestFds.flags(receiver.fd(i)) & Files.O_CLOEXEC) != 0);
      }
      receiver.closeDescriptors();
      assertEquals(0, receiver.fdCount());
      close(files);
    }
  }

  @Test
  void tooLongMessagesLoseTheirDescriptors() {
    int[] files = memory(2);
    assertEquals(CAPACITY + 1, sender.send(client, CAPACITY + 1, files));
    assertEquals(3, sender.send(client, 3));
    assertEquals(-EMSGSIZE, receiver.receive(server));
    assertEquals(0, receiver.fdCount());
    assertEquals(3, receiver.receive(server), "the next one is whole");
    close(files);
  }

  @Test
  void emptyMessagesLoseTheirDescriptors() {
    int[] files = memory(3);
    assertEquals(0, sender.send(client, 0, files));
    assertEquals(0, receiver.receive(server));
    assertEquals(0, receiver.fdCount());
    close(files);
  }

  /** sendmsg without our limit of descriptors. */
  private long sendMany(int file, int count) throws Throwable {
    MethodHandle sendmsg =
        Native.link("sendmsg", Native.LONG, Native.INT, Native.POINTER, Native.INT);
    MemorySegment control = arena.allocate(16 + 4L * count, 8);
    control.set(JAVA_LONG, 0, 16 + 4L * count);
    control.set(JAVA_INT, 8, 1);
    control.set(JAVA_INT, 12, 1);
    for (int i = 0; i < count; i++) {
      control.set(JAVA_INT, 16 + 4L * i, file);
    }
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(JAVA_LONG, 0, arena.allocate(8).address());
    vector.set(JAVA_LONG, 8, 8);
    MemorySegment header = arena.allocate(56, 8);
    header.set(JAVA_LONG, 16, vector.address());
    header.set(JAVA_LONG, 24, 1);
    header.set(JAVA_LONG, 32, control.address());
    header.set(JAVA_LONG, 40, control.byteSize());
    return (long) sendmsg.invokeExact(Native.capture(), client, header, 0);
  }

  @Test
  void tooManyDescriptorsAreAllClosed() throws Throwable {
    int file = opened(Memory.memfd("m", 1));
    int[] ours = new int[Messages.MAX_FDS + 1];
    assertThrows(IllegalArgumentException.class, () -> sender.send(client, 1, ours));
    for (int count : new int[] {Messages.MAX_FDS + 1, 11, 100, 253}) {
      long open = TestFds.count();
      assertEquals(8, sendMany(file, count));
      assertEquals(-EMSGSIZE, receiver.receive(server), count + " descriptors");
      assertEquals(0, receiver.fdCount());
      assertEquals(open, TestFds.count(), count + " descriptors");
    }
    close(file);
  }

  @Test
  void withoutDescriptorsLeftTheMessageFailsAndNothingLeaks() throws Throwable {
    MethodHandle prlimit =
        Native.link("prlimit", Native.INT, Native.INT, Native.INT, Native.POINTER, Native.POINTER);
    int[] files = memory(2);
    assertEquals(4, sender.send(client, 4));
    assertEquals(4, receiver.receive(server));
    assertEquals(4, sender.send(client, 4, files));
    MemorySegment old = arena.allocate(16, 8);
    int noFile = 7;
    MemorySegment state = Native.capture();
    assertEquals(0, (int) prlimit.invokeExact(state, 0, noFile, MemorySegment.NULL, old));
    MemorySegment none = arena.allocate(16, 8).copyFrom(old);
    none.set(JAVA_LONG, 0, 0L);
    long received;
    assertEquals(0, (int) prlimit.invokeExact(state, 0, noFile, none, MemorySegment.NULL));
    try {
      received = receiver.receive(server);
    } finally {
      assertEquals(0, (int) prlimit.invokeExact(state, 0, noFile, old, MemorySegment.NULL));
    }
    assertEquals(-EMFILE, received);
    assertEquals(0, receiver.fdCount());
    close(files);
  }

  @Test
  void errorsAreErrnos() {
    assertEquals(-EBADF, sender.send(client, 1, -1), "a descriptor that is none");
    assertEquals(-EBADF, sender.send(-1, 1));
    assertEquals(-EBADF, receiver.receive(-1));
    int alone = opened(Sockets.seqpacket(true));
    assertEquals(-ENOTCONN, sender.send(alone, 1));
    assertEquals(-ENOTCONN, receiver.receive(alone));
    close(alone);
    long sent;
    do {
      sent = sender.send(client, CAPACITY);
    } while (sent == CAPACITY);
    assertEquals(-EAGAIN, sent, "a full queue does not block a blocking socket");
  }

  @Test
  void hangUpIsZeroThenBrokenPipeWithoutASignal() {
    assertEquals(1, sender.send(client, 1));
    close(client);
    assertEquals(1, receiver.receive(server), "what is left");
    assertEquals(0, receiver.receive(server));
    assertEquals(0, receiver.receive(server));
    assertEquals(-EPIPE, sender.send(server, 1));
  }
}
