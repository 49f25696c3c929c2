// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The other end gets what is left in the ring, then is told: of hosts and their clients. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class ShutdownTest {
  @TempDir Path temporary;
  private Path socket;
  private final Held held = new Held();

  @BeforeEach
  void path() {
    socket = temporary.resolve("s");
  }

  /** A scheme whose reads wait until they are let go or cancelled; writes complete at once. */
  private static final class Held implements Scheme, SchemeFactory {
    final AtomicInteger writes = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    final CompletableFuture<PeerSession> forgotten = new CompletableFuture<>();
    final CountDownLatch block = new CountDownLatch(1);
    volatile boolean blocks;
    volatile boolean letGo;
    private final List<Long> pending = new ArrayList<>();
    private Services services;

    @Override
    public String name() {
      return "held";
    }

    @Override
    public Scheme create(Services offered) {
      services = offered;
      return this;
    }

    @Override
    public long open(Request request, MemorySegment path) {
      return 0;
    }

    @Override
    public long perform(Request request) {
      if (request.opcode() == Opcode.WRITE) {
        writes.incrementAndGet();
        return 1;
      }
      if (request.opcode() != Opcode.READ) {
        return 0;
      }
      reads.incrementAndGet();
      pending.add(request.token());
      return PENDING;
    }

    @Override
    public boolean poll() {
      if (blocks) {
        try {
          block.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (!letGo || pending.isEmpty()) {
        return false;
      }
      pending.forEach(token -> services.complete(token, 1));
      pending.clear();
      return true;
    }

    @Override
    public void cancel(long token) {
      if (pending.remove(token)) {
        cancelled.incrementAndGet();
        services.complete(token, -Errno.ECANCELED);
      }
    }

    @Override
    public void release(long resource) {}

    @Override
    public void forget(PeerSession session) {
      forgotten.complete(session);
    }

    @Override
    public void close() {}
  }

  private Host host() throws IOException {
    return Host.start(HostOptions.at(socket).withSpinNanos(1_000_000), List.of(held));
  }

  private static Map<Long, Integer> reapAll(Client client) {
    Map<Long, Integer> results = new HashMap<>();
    while (true) {
      try {
        client.awaitUninterruptibly(1);
      } catch (PeerGoneException gone) {
        assertTrue(gone.getMessage().contains("the host was stopped"), gone::getMessage);
        return results;
      }
      client.reap((tag, result, flags) -> results.merge(tag, result, (a, b) -> 4711), 64);
    }
  }

  private static void await(String what, java.util.function.BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, what);
      Thread.onSpinWait();
    }
  }

  /** Operations in progress finish, others are cancelled; every one is told of before the end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHostThatClosesTellsOfEachOperation(boolean finish) throws Exception {
    Host host = host();
    try (Client client = Client.connect(socket, PeerOptions.DEFAULT)) {
      int handle = client.open("held:", Client.O_RDWR, 0);
      long buffer = client.pool().lease(4096, 4096);
      for (int i = 0; i < 20; i++) {
        assertTrue(client.read(handle, buffer, 0, 1, 0, i));
        assertTrue(client.write(handle, buffer, 0, 1, 0, 100 + i));
      }
      client.submit();
      await("the reads do not begin", () -> held.reads.get() == 20);
      held.letGo = finish;
      host.close();
      Map<Long, Integer> results = reapAll(client);
      assertEquals(40, results.size());
      for (long i = 0; i < 20; i++) {
        assertEquals(finish ? 1 : -Errno.ECANCELED, results.get(i));
        assertEquals(1, results.get(100 + i));
      }
    } finally {
      host.close();
    }
  }

  /** What a client had published when the host closes is served, though nobody had looked at it. */
  @Test
  void aHostThatClosesServesWhatWasSubmitted() throws Exception {
    Host host = host();
    try (Client client = Client.connect(socket, PeerOptions.DEFAULT)) {
      int handle = client.open("held:", Client.O_RDWR, 0);
      long buffer = client.pool().lease(4096, 4096);
      held.blocks = true;
      client.nop(7);
      client.submit(); // wakes the reactor, which then is held up
      for (int i = 0; i < 30; i++) {
        client.write(handle, buffer, 0, 1, 0, 100 + i);
      }
      client.submit();
      FutureTask<Void> closing = new FutureTask<>(host::close, null);
      Thread.ofPlatform().start(closing);
      held.blocks = false;
      held.block.countDown();
      Map<Long, Integer> results = reapAll(client);
      assertEquals(31, results.size());
      assertEquals(30, held.writes.get());
      closing.get(20, SECONDS);
    } finally {
      host.close();
    }
  }

  /** The host gets what a client left, each entry once; then it lets go of what that client had. */
  @Test
  void aClientThatClosesLeavesItsEntriesToTheHost() throws Exception {
    try (Host host = host()) {
      try (Client client = Client.connect(socket, PeerOptions.DEFAULT)) {
        int handle = client.open("held:", Client.O_RDWR, 0);
        long buffer = client.pool().lease(4096, 4096);
        held.blocks = true;
        client.nop(7);
        client.submit();
        for (int i = 0; i < 30; i++) {
          client.write(handle, buffer, 0, 1, 0, i);
          client.read(handle, buffer, 0, 1, 0, 100 + i);
        }
        client.submit();
      }
      held.blocks = false;
      held.block.countDown();
      held.forgotten.get(20, SECONDS);
      assertEquals(30, held.writes.get());
      assertEquals(30, held.reads.get());
      assertEquals(30, held.cancelled.get(), "nobody waits for the reads any more");
      assertTrue(host.counters().contains("\"violations\": 0"), host::counters);
    }
  }

  @Test
  void aClosedHostIsGoneForNewClients() throws Exception {
    host().close();
    assertThrows(IOException.class, () -> Client.connect(socket, PeerOptions.DEFAULT));
  }
}
