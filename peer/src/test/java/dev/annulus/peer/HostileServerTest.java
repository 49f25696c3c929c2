// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.RingViolationException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A client does not trust its server either: nothing that it says is mapped or used unchecked. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class HostileServerTest {
  private static final PeerOptions OPTIONS = PeerOptions.DEFAULT.withCredit(8);
  private static final PeerOptions IMPATIENT = new PeerOptions(8, WaitStrategy.PARK, 0, 400);
  private static final int FIXED = Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW;

  private static final int READ_ONLY = FIXED | Memory.F_SEAL_FUTURE_WRITE;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() throws Exception {
    path = directory.resolve("s");
    // Loads what attaching needs, so that descriptors can be counted.
    try (TestServer server = new TestServer(directory.resolve("w"), ServerOptions.DEFAULT)) {
      PeerRing.attach(directory.resolve("w"), OPTIONS).close();
      server.attached();
    }
  }

  /** What a server does with the connection of the one client that comes. */
  private interface Script {
    void play(RawSocket client) throws Exception;
  }

  /** A server that plays a script after HELLO, then hangs up. */
  private final class Villain implements AutoCloseable {
    private final RawSocket listener = RawSocket.listen(path, 1);
    private final FutureTask<Void> task;

    Villain(Script script) throws ErrnoException {
      task =
          new FutureTask<>(() -> {
            try (RawSocket client = listener.accept()) {
              assertEquals(AttachMessage.SIZE, client.await());
              script.play(client);
            }
            return null;
          });
      Thread.ofPlatform().daemon().name("villain").start(task);
    }

    @Override
    public void close() {
      try {
        task.get(20, SECONDS);
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        throw new AssertionError(e);
      } finally {
        listener.close();
      }
    }
  }

  private static int memory(long size, int seals) {
    int file = Memory.memfd("annulus-villain", size);
    assertEquals(0, Memory.seal(file, seals));
    return file;
  }

  /** Sends WELCOME with what are to be the client's and the server's file, and closes them here. */
  private static void welcome(RawSocket client, int credit, int sq, int cq, int... files) {
    client.begin(AttachMessage.WELCOME).set(AttachMessage.CREDIT, credit);
    client.set(AttachMessage.SQ_ENTRIES, sq).set(AttachMessage.CQ_ENTRIES, cq);
    client.send(AttachMessage.SIZE, files);
    for (int file : files) {
      Files.close(file);
    }
  }

  private static int[] files(int sq, int cq) {
    return new int[] {
      memory(PeerLayout.clientSize(sq), FIXED), memory(PeerLayout.serverSize(cq), FIXED)
    };
  }

  /** Attaches, which must fail and leave nothing behind. */
  private IOException fails(Script script) throws Exception {
    Proc.Held before = Proc.Held.now();
    IOException failure;
    try (Villain villain = new Villain(script)) {
      assertNotNull(villain);
      failure = assertThrows(IOException.class, () -> PeerRing.attach(path, OPTIONS));
    }
    before.assertHeldAgain();
    java.nio.file.Files.delete(path);
    return failure;
  }

  @ParameterizedTest
  @CsvSource({
    "8, 0, 32",
    "8, -8, 32",
    "8, 8, 0",
    "8, 9, 32",
    "8, 8, 24",
    "0, 8, 32",
    "-1, 8, 32",
    "17, 16, 64",
    "9, 16, 8",
    "9, 8, 32",
    "8, 65536, 32",
    "8, 8, 262144",
    "8, 8, 16",
    "16, 16, 32",
    "8, 1073741824, 1073741824",
    "8, -2147483648, 32",
    "8, 8, -2147483648",
    "2147483647, 2147483647, 2147483647"
  })
  void sizesThatCannotBeTrue(int credit, int sq, int cq) throws Exception {
    IOException failure = fails(client -> welcome(client, credit, sq, cq, files(16, 32)));
    assertTrue(failure.getMessage().contains("sizes that cannot be true"), failure::getMessage);
  }

  @Test
  void filesThatMayNotBeMapped() throws Exception {
    long own = PeerLayout.clientSize(8);
    long other = PeerLayout.serverSize(32);
    List<Supplier<int[]>> pairs =
        List.of(
            () -> new int[] {memory(own, 0), memory(other, FIXED)},
            () -> new int[] {memory(own, FIXED), memory(other, Memory.F_SEAL_GROW)},
            () -> new int[] {memory(own - 4096, FIXED), memory(other, FIXED)},
            () -> new int[] {memory(own, FIXED), memory(other + 4096, FIXED)},
            () -> new int[] {open(Path.of("/dev/zero")), memory(other, FIXED)},
            () -> new int[] {memory(own, FIXED), open(directory)},
            () -> new int[] {memory(own, READ_ONLY), memory(other, FIXED)});
    for (Supplier<int[]> pair : pairs) {
      IOException failure = fails(client -> welcome(client, 8, 8, 32, pair.get()));
      assertInstanceOf(ErrnoException.class, failure);
    }
    fails(client -> welcome(client, 8, 8, 32));
    fails(client -> welcome(client, 8, 8, 32, memory(own, FIXED)));
    fails(client ->
        welcome(client, 8, 8, 32, memory(own, FIXED), memory(other, FIXED), memory(8, FIXED)));
  }

  private static int open(Path file) {
    return Files.open(file.toString(), Files.O_RDONLY, 0);
  }

  @Test
  void answersOfAnotherKind() throws Exception {
    int file = Files.open("/dev/null", Files.O_RDONLY, 0);
    try {
      fails(client -> client.begin(AttachMessage.SHARED).send(AttachMessage.SIZE, file));
      fails(client -> client.begin(AttachMessage.WELCOME).send(AttachMessage.SIZE - 1, file));
      fails(client -> client.begin(AttachMessage.WELCOME).send(AttachMessage.CAPACITY + 1, file));
      fails(client -> client.begin(AttachMessage.WELCOME).set(0, 0).send(AttachMessage.SIZE, file));
      fails(client -> client.begin(AttachMessage.GOODBYE).send(AttachMessage.SIZE, file));
      fails(client -> client.begin(AttachMessage.WELCOME).send(0, file));
      assertInstanceOf(PeerGoneException.class, fails(client -> {}));
    } finally {
      Files.close(file);
    }
  }

  @Test
  void refusalWithAnyTextLength() throws Exception {
    for (int said : new int[] {0, 5, 448, 449, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      IOException failure =
          fails(client -> {
            client.begin(AttachMessage.WELCOME);
            int length = AttachMessage.fail(client.body(), Errno.EACCES, "hello");
            client.set(12, said).send(length);
          });
      ErrnoException refusal = assertInstanceOf(ErrnoException.class, failure);
      assertEquals(Errno.EACCES, refusal.errno());
      assertEquals(said != 0, refusal.getMessage().contains("hello"), refusal::getMessage);
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomAnswers(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    fails(client -> {
      byte[] bytes = new byte[AttachMessage.CAPACITY];
      random.nextBytes(bytes);
      client.body().asSlice(0, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
      if (random.nextBoolean()) {
        client.set(0, AttachMessage.MAGIC).set(4, AttachMessage.VERSION | 2 << 16);
      }
      int[] files = random.nextBoolean() ? files(8, 32) : new int[0];
      client.send(random.nextInt(bytes.length + 1), files);
      for (int file : files) {
        Files.close(file);
      }
    });
  }

  @ParameterizedTest
  @CsvSource({"0, 9", "0, -1", "5, 4", "-3, 6", "9223372036854775807, -1"})
  void indicesThatCannotBeTrue(long head, long tail) throws Exception {
    Proc.Held before = Proc.Held.now();
    Script script =
        client -> {
          int[] files = files(8, 32);
          try (Arena arena = Arena.ofConfined()) {
            long size = PeerLayout.clientSize(8);
            MemorySegment words = SharedMemory.map(files[0], size, true, arena);
            words.set(ValueLayout.JAVA_LONG, PeerLayout.SQ_TAIL, tail);
            MemorySegment others = SharedMemory.map(files[1], 4096, true, arena);
            others.set(ValueLayout.JAVA_LONG, PeerLayout.SQ_HEAD, head);
          }
          welcome(client, 8, 8, 32, files);
        };
    try (Villain villain = new Villain(script)) {
      assertNotNull(villain);
      assertThrows(RingViolationException.class, () -> PeerRing.attach(path, OPTIONS));
    }
    before.assertHeldAgain();
  }

  @Test
  void shareThatIsNotAnsweredIsNotMixedUpWithTheNext() throws Exception {
    Script script =
        client -> {
          welcome(client, 8, 8, 32, files(8, 32));
          assertEquals(AttachMessage.SIZE, client.await());
          client.messages.closeDescriptors();
          // Answers the first request only when the client has given it up.
          Proc.await(() -> "the client waits for ever", client::unread);
        };
    Proc.Held before = Proc.Held.now();
    try (Villain villain = new Villain(script)) {
      assertNotNull(villain);
      try (PeerRing ring = PeerRing.attach(path, IMPATIENT)) {
        ErrnoException late = assertThrows(ErrnoException.class, () -> ring.share(1));
        assertEquals(Errno.ETIMEDOUT, late.errno());
        ErrnoException next = assertThrows(ErrnoException.class, () -> ring.share(1));
        assertTrue(next.getMessage().contains("attach anew"), next::getMessage);
      }
    }
    before.assertHeldAgain();
  }

  @ParameterizedTest
  @CsvSource({"-1", "65536", "-2147483648"})
  void regionNumbersThatNoEntryCanName(int number) throws Exception {
    Script script =
        client -> {
          welcome(client, 8, 8, 32, files(8, 32));
          assertEquals(AttachMessage.SIZE, client.await());
          client.messages.closeDescriptors();
          client.begin(AttachMessage.SHARED).set(AttachMessage.REGION, number);
          client.send(AttachMessage.SIZE);
        };
    try (Villain villain = new Villain(script);
        PeerRing ring = PeerRing.attach(path, OPTIONS)) {
      assertNotNull(villain);
      IOException failure = assertThrows(IOException.class, () -> ring.share(1));
      assertTrue(failure.getMessage().contains("region " + number), failure::getMessage);
    }
  }
}
