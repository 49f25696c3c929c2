// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.RingOptions.Policy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transfers over a scheme that does all that a scheme may. */
class TransferTest {
  private static final int BLOCK = 4096;
  private static final int DEVICE = 0060600;
  private static final int PIPE = 0010600;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final MemoryScheme.Resource from = new MemoryScheme.Resource();
  private final MemoryScheme.Resource to = new MemoryScheme.Resource();
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  @TempDir Path temporary;
  private Host host;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    Path socket = temporary.resolve("host.sock");
    HostOptions options =
        HostOptions.at(socket).withRing(RingOptions.DEFAULT.withPolicy(Policy.PREFER));
    host = Host.start(options, List.of(MemoryScheme.over(List.of(from, to), seed)));
    client = Client.connect(socket, PeerOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    client.close();
    host.close();
  }

  private byte[] bytes(int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return content;
  }

  private Transfer transfer(int depth, long most) throws IOException {
    End source = End.open(client, "mem:0", Client.O_RDONLY, 0);
    End target = End.open(client, "mem:1", Client.O_WRONLY, 0);
    InOrder consumer = next -> seen.writeBytes(next.toArray(JAVA_BYTE));
    Plan plan = new Plan(source, target, most, consumer, moved -> {});
    return new Transfer(client, Window.of(client, depth, BLOCK), plan);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 1", "1, 20000", "7, 4095", "7, 4096", "7, 4097", "32, 1000013", "64, 99"})
  void everyByteArrivesOnceWhateverTheOrder(int depth, int length) throws IOException {
    from.content = bytes(length);
    Transfer transfer = transfer(depth, Long.MAX_VALUE);
    transfer.run();
    transfer.sync();
    assertArrayEquals(from.content, to.content, "seed " + seed);
    assertArrayEquals(from.content, seen.toByteArray(), "seed " + seed);
    assertEquals(length, transfer.moved());
    assertEquals(length, transfer.reads().bytes());
    assertEquals(length, transfer.writes().bytes());
    assertTrue(transfer.reads().latency(50) <= transfer.reads().latency(99));
  }

  @Test
  void manyOperationsAreInFlight() throws IOException {
    from.content = bytes(100 * BLOCK);
    transfer(32, Long.MAX_VALUE).run();
    assertTrue(from.mostInFlight > 1, "reads in flight: " + from.mostInFlight);
    assertTrue(from.mostInFlight <= 32, "reads in flight: " + from.mostInFlight);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "4096", "10000", "12288", "99999"})
  void devicesGetWholeBlocksFilledUpWithZeros(int length) throws IOException {
    from.content = bytes(length);
    to.mode = DEVICE;
    to.content = bytes(32 * BLOCK);
    byte[] before = to.content.clone();
    transfer(8, Long.MAX_VALUE).run();
    int whole = (length + BLOCK - 1) / BLOCK * BLOCK;
    byte[] expected = Arrays.copyOf(Arrays.copyOf(from.content, whole), before.length);
    System.arraycopy(before, whole, expected, whole, before.length - whole);
    assertArrayEquals(expected, to.content, "seed " + seed);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "4096", "10000", "131072", "200000"})
  void devicesAreReadInWholeBlocks(int most) throws IOException {
    from.mode = DEVICE;
    from.content = bytes(32 * BLOCK);
    transfer(8, most).run();
    int expected = Math.min(most, from.content.length);
    assertArrayEquals(Arrays.copyOf(from.content, expected), to.content, "seed " + seed);
    assertArrayEquals(to.content, seen.toByteArray());
  }

  @Test
  void streamsAreReadOneByOneUntilTheirEnd() throws IOException {
    from.mode = PIPE;
    from.toldSize = 0;
    from.content = bytes(50_000);
    transfer(16, Long.MAX_VALUE).run();
    assertArrayEquals(from.content, to.content, "seed " + seed);
    assertEquals(1, from.mostInFlight);
  }

  @Test
  void filesWithoutASizeAreReadUntilTheirEnd() throws IOException {
    from.toldSize = 0;
    from.content = bytes(50_000);
    transfer(16, 33_333).run();
    assertArrayEquals(Arrays.copyOf(from.content, 33_333), to.content, "seed " + seed);
  }

  @Test
  void streamsAreWrittenInOrder() throws IOException {
    to.mode = PIPE;
    from.content = bytes(50_000);
    transfer(16, Long.MAX_VALUE).run();
    assertArrayEquals(from.content, to.content, "seed " + seed);
    assertEquals(1, to.mostInFlight);
  }

  @Test
  void aFileThatBecomesShorterIsAnError() throws IOException {
    from.content = bytes(10 * BLOCK);
    from.toldSize = 20 * BLOCK;
    Transfer transfer = transfer(8, Long.MAX_VALUE);
    TransferException e = assertThrows(TransferException.class, transfer::run);
    assertEquals(Errno.ENODATA, e.errno());
    assertTrue(e.getMessage().contains("became shorter"), e.getMessage());
    assertEquals(0, client.inFlight());
  }

  @ParameterizedTest
  @CsvSource({"true, 'read mem:0'", "false, 'write mem:1'"})
  void anErrorEndsTheTransferWithNothingInFlight(boolean reading, String call) throws IOException {
    from.content = bytes(100 * BLOCK);
    MemoryScheme.Resource bad = reading ? from : to;
    bad.failsAt = 30L * BLOCK;
    bad.errno = Errno.ENOSPC;
    Transfer transfer = transfer(16, Long.MAX_VALUE);
    TransferException e = assertThrows(TransferException.class, transfer::run);
    assertEquals(Errno.ENOSPC, e.errno());
    assertEquals(call, e.call());
    assertTrue(e.getMessage().startsWith(call + " at byte "), e.getMessage());
    assertTrue(e.getMessage().contains("ENOSPC (No space left on device)"), e.getMessage());
    assertEquals(0, client.inFlight());
    assertTrue(transfer.moved() <= 30L * BLOCK, "moved " + transfer.moved());
    client.close(client.open("mem:1", Client.O_RDONLY, 0));
  }

  @Test
  void whatTheConsumerThrowsEndsTheTransfer() throws IOException {
    from.content = bytes(100 * BLOCK);
    IOException full = new IOException("full");
    End source = End.open(client, "mem:0", Client.O_RDONLY, 0);
    InOrder consumer =
        next -> {
          throw full;
        };
    Plan plan = new Plan(source, null, Long.MAX_VALUE, consumer, moved -> {});
    Transfer transfer = new Transfer(client, Window.of(client, 16, BLOCK), plan);
    assertSame(full, assertThrows(IOException.class, transfer::run));
    assertEquals(0, client.inFlight());
  }

  @Test
  void progressOnlyGrowsAndEndsWithAll() throws IOException {
    from.content = bytes(50 * BLOCK + 1);
    List<Long> told = new ArrayList<>();
    End source = End.open(client, "mem:0", Client.O_RDONLY, 0);
    End target = End.open(client, "mem:1", Client.O_WRONLY, 0);
    Plan plan = new Plan(source, target, Long.MAX_VALUE, null, told::add);
    new Transfer(client, Window.of(client, 4, BLOCK), plan).run();
    assertEquals(told.stream().sorted().toList(), told);
    assertEquals(from.content.length, told.getLast());
  }

  @Test
  void aHostThatEndsIsTold() throws IOException {
    from.content = bytes(BLOCK);
    Transfer transfer = transfer(4, Long.MAX_VALUE);
    host.close();
    assertThrows(PeerGoneException.class, transfer::run);
    assertFalse(transfer.moved() > BLOCK);
  }
}
