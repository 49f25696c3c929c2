// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} in the middle of a copy, at either end; and ends that are asked for. */
class DeathTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** A copy of this takes so long that no test sees its end: sparse, in small operations. */
  private static final long HUGE = 1L << 40;

  private static final String[] COPY = {
    "cp", "file:/huge", "file:/copy", "--block-size", "4K", "--depth", "8"
  };

  @TempDir Path temporary;
  private ServedHost host;

  @BeforeEach
  void serve() throws Exception {
    host = ServedHost.start(temporary, "--nvme", temporary.resolve("disk") + ":1M");
    try (RandomAccessFile huge = new RandomAccessFile(host.root.resolve("huge").toFile(), "rw")) {
      huge.setLength(HUGE);
    }
    Files.writeString(host.root.resolve("small"), "small");
  }

  @AfterEach
  void stop() throws Exception {
    host.close();
  }

  private void awaitCopying() throws Exception {
    Path copy = host.root.resolve("copy");
    Deadline.await(
        Run.LONGEST,
        () -> "bytes in " + copy,
        () -> Files.exists(copy) && Files.size(copy) > 1 << 20);
  }

  @Test
  void aClientWhoseHostIsKilledEndsWithinASecond(TestInfo info) throws Exception {
    try (Run client = host.client(COPY)) {
      awaitCopying();
      host.run().signal("KILL");
      long start = System.nanoTime();
      Result result = client.end();
      long millis = (System.nanoTime() - start) / 1_000_000;
      result.failed(8, "is gone", "file:/copy is incomplete: ", " of 1,099,511,627,776 bytes");
      System.out.println(info.getDisplayName() + ": after " + millis + " ms");
      assertTrue(millis <= 1000, () -> "only after " + millis + " ms");
    }
  }

  @Test
  void aHostThatIsStoppedTellsItsClients() throws Exception {
    try (Run client = host.client(COPY)) {
      awaitCopying();
      host.run().signal("TERM");
      client.end().failed(8, "ended the session", "file:/copy is incomplete: ");
    }
    assertEquals(143, host.run().end().noStackTrace().status());
    assertFalse(Files.exists(Path.of(host.socket)));
  }

  @Test
  void aHostWithoutClientsEndsOnCtrlC() throws Exception {
    host.run().signal("INT");
    Result result = host.run().end(SOON);
    assertEquals(130, result.noStackTrace().status());
    assertEquals("", result.err());
    assertFalse(Files.exists(Path.of(host.socket)));
  }

  @Test
  void aHostTakesThePlaceOfOneThatWasKilled() throws Exception {
    host.run().signal("KILL");
    host.run().end(SOON);
    assertTrue(Files.exists(Path.of(host.socket)), "the socket's path stays behind");
    host.clientToEnd("cat", "file:/small").failed(7, "no host is running there");
    try (Run second =
        Run.annulus("serve", "--root", host.root.toString(), "--socket", host.socket)) {
      second.awaitOutput("ready: ");
      assertEquals("small", host.clientToEnd("cat", "file:/small").succeeded().out());
    }
  }

  @Test
  void aKilledClientLeavesNothingInTheHost() throws Exception {
    long descriptors = host.descriptors();
    host.clientToEnd("cp", "file:/small", "nvme:0/1").succeeded();
    awaitIdle(descriptors, 0);
    try (Run victim = host.client(COPY)) {
      awaitCopying();
      assertTrue(host.sharedMappings() > 0, "the victim's memory is mapped");
      assertTrue(host.descriptors() > descriptors, "the victim's files are open");
      victim.signal("KILL");
      victim.end(SOON);
    }
    awaitIdle(descriptors, 0);
    assertEquals("small", host.clientToEnd("cat", "file:/small").succeeded().out());
    awaitIdle(descriptors, 0);
  }

  @Test
  void othersAreServedWhileAClientIsKilled() throws Exception {
    long descriptors = host.descriptors();
    try (Run survivor = host.client("cp", "file:/huge", "null:", "--bytes", "1G");
        Run victim = host.client(COPY)) {
      awaitCopying();
      victim.signal("KILL");
      survivor.end().succeeded();
    }
    awaitIdle(descriptors, 0);
  }

  @Test
  void anInterruptedCopySaysWhatIsLeft() throws Exception {
    try (Run client = host.client(COPY)) {
      awaitCopying();
      client.signal("INT");
      Result result = client.end(SOON);
      assertEquals(130, result.noStackTrace().status());
      assertTrue(
          result.err().startsWith("annulus: interrupted; file:/copy is incomplete: "),
          result::toString);
    }
  }

  /** The host notices the end of a client a little later than its parent does. */
  private void awaitIdle(long descriptors, long mappings) throws Exception {
    Deadline.await(
        SOON,
        () -> {
          try {
            return host.descriptors() + " descriptors, " + host.sharedMappings() + " mappings";
          } catch (IOException e) {
            return e.toString();
          }
        },
        () -> host.descriptors() == descriptors && host.sharedMappings() == mappings);
  }
}
