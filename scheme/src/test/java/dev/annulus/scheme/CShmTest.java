// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerQueues;
import dev.annulus.peer.QueueOptions;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.RingViolationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues found by name, with one end in Java and one in C, by {@code annulus_queues.h}. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CShmTest {
  private static final int COUNT = 2_000;

  /** Of the end that has numbers doubled; the program says the same of its own. */
  private static final QueueOptions OPTIONS =
      QueueOptions.of(8, 32, 4, 128, 7).withSetupMillis(20_000);

  @TempDir static Path programs;
  @TempDir Path temporary;
  private Path socket;
  private Host host;
  private Client client;

  @BeforeAll
  static void compile() throws Exception {
    Path peer = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("peer");
    Stream<String> strict = Stream.of("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion");
    // Waits do not spin, so that every wait is a chance to lose a wake-up.
    Stream<String> options =
        Stream.of("-Werror", "-O2", "-std=c11", "-D_GNU_SOURCE", "-DANNULUS_SPIN_NANOS=0");
    Stream<String> files =
        Stream.of(
            "-I" + peer.resolve("src/main/c"),
            peer.resolve("src/test/c/queues.c").toString(),
            "-o",
            programs.resolve("queues").toString());
    try {
      List<String> command =
          Stream.of(Stream.of("gcc"), strict, options, files).flatMap(all -> all).toList();
      assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    } catch (IOException e) {
      assumeTrue(false, "gcc is not installed: nothing compiles the end in C");
    }
  }

  @BeforeEach
  void start() throws IOException {
    socket = temporary.resolve("host.sock");
    host = Host.start(HostOptions.at(socket), List.of(ShmScheme.factory(3, 64 << 10)));
    client = Client.connect(socket, PeerOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    client.close();
    host.close();
  }

  /** The end in C; killed when closed. */
  private record Other(Process process, BufferedReader out) implements AutoCloseable {
    void says(String line) throws IOException {
      assertEquals(line, out.readLine());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private Other other(String name, String how, long start) throws IOException {
    Process process =
        new ProcessBuilder(
                programs.resolve("queues").toString(),
                socket.toString(),
                name,
                how,
                Integer.toString(COUNT),
                Long.toUnsignedString(start))
            .redirectErrorStream(true)
            .start();
    return new Other(process, process.inputReader());
  }

  /** The name is the program's to create; tries until it is there. */
  private PeerQueues openedOnceThere(QueueOptions options) throws Exception {
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    while (true) {
      try (Shm name = Shm.open(client, "jobs")) {
        return PeerQueues.open(name.end(), options);
      } catch (ErrnoException e) {
        assertEquals(Errno.ENOENT, e.errno(), e::getMessage);
        assertTrue(System.nanoTime() - deadline < 0, "nobody created the name");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 4, -5})
  void theEndInCOpensWhatJavaCreated(long start) throws Exception {
    QueueOptions options = OPTIONS.withStartIndex(start);
    try (Shm name = Shm.create(client, "jobs", options, 0600);
        Other other = other("jobs", "open", 0);
        PeerQueues queues = PeerQueues.open(name.end(), options)) {
      other.says("ready");
      int sent = 0;
      for (int got = 0; got < COUNT; ) {
        for (long at; sent < COUNT && (at = queues.out().claim()) >= 0; sent++) {
          queues.out().slots().set(JAVA_LONG, at, sent);
        }
        queues.publish();
        for (int ready = queues.await(1, 0); ready > 0; ready--) {
          assertEquals(2L * got++, queues.in().slots().get(JAVA_LONG, queues.in().next()));
        }
        queues.in().release();
      }
      assertEquals(start + COUNT, queues.out().tail());
      other.says("done");
      queues.end(new RingViolationException("cq_head", "it is enough"));
      other.says("wait: Broken pipe: it is enough");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 4, -5})
  void theEndInCCreatesWhatJavaOpens(long start) throws Exception {
    try (Other other = other("jobs", "create", start);
        PeerQueues queues = openedOnceThere(OPTIONS.exchanged())) {
      other.says("ready");
      assertEquals(start, queues.out().tail());
      for (int done = 0; done < COUNT; done++) {
        queues.await(1, 0);
        long number = queues.in().slots().get(JAVA_LONG, queues.in().next());
        queues.in().release();
        long at;
        while ((at = queues.out().claim()) < 0) {
          Thread.onSpinWait();
        }
        queues.out().slots().set(JAVA_LONG, at, 2 * number);
        queues.publish();
      }
      other.says("done");
      other.process.destroyForcibly();
      PeerGoneException gone = assertThrows(PeerGoneException.class, () -> queues.await(1, 0));
      assertTrue(gone.getMessage().contains("killed or crashed"), gone::getMessage);
    }
  }

  /** Where the two say different things of the entries, both are told. */
  @Test
  void endsThatDisagree() throws Exception {
    QueueOptions options =
        new QueueOptions(8, 32, 4, 128, 8, OPTIONS.waiting(), 0, 20_000, 0); // protocol 7 there
    try (Shm name = Shm.create(client, "jobs", options, 0600);
        Other other = other("jobs", "open", 0)) {
      PeerGoneException gone =
          assertThrows(PeerGoneException.class, () -> PeerQueues.open(name.end(), options));
      assertTrue(gone.getMessage().contains("the ends disagree"), gone::getMessage);
      assertTrue(other.out.readLine().startsWith("open: Protocol error"));
    }
  }
}
