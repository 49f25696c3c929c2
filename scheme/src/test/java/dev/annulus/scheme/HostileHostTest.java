// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerServer;
import dev.annulus.peer.PeerSession;
import dev.annulus.peer.ServerOptions;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.RingViolationException;
import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that completes what it was not asked for: the client names it, and frees no buffer. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class HostileHostTest implements PeerServer.Handler {
  @TempDir Path temporary;
  private final BlockingQueue<PeerSession> attached = new LinkedBlockingQueue<>();
  private PeerServer server;
  private PeerSession session;
  private Client client;
  private long lease;

  @Override
  public void attached(PeerSession its) {
    attached.add(its);
  }

  @Override
  public void gone(PeerSession its) {
    its.free();
  }

  @BeforeEach
  void submitOne() throws Exception {
    Path socket = temporary.resolve("s");
    server = PeerServer.listen(socket, ServerOptions.DEFAULT, this);
    client = Client.connect(socket, PeerOptions.DEFAULT);
    session = attached.take();
    lease = client.pool().lease(4096, 4096);
    assertTrue(client.read(3, lease, 0, 4096, 0, 42));
    client.submit();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private long taken() {
    assertEquals(1, session.sq().available());
    long userData = SqEntry.userData(session.sq().slots(), session.sq().next());
    session.sq().release();
    return userData;
  }

  private void complete(long userData) {
    CqEntry.fill(session.cq().slots(), session.cq().claim(), userData, 4096, 0);
    session.complete();
  }

  private void violates() throws Exception {
    client.await(1, 0);
    RingViolationException violation =
        assertThrows(
            RingViolationException.class,
            () -> client.reap((tag, result, flags) -> assertEquals(42, tag), 64));
    assertEquals("user_data", violation.word());
    assertTrue(violation.getMessage().contains("not in flight"), violation::getMessage);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, 63, 64, 0xffff, -1, Long.MIN_VALUE, 1L << 16 | 1, 2L << 16})
  void whatIsNotInFlight(long userData) throws Exception {
    assertEquals(1L << 16, taken(), "the application's tag is not on the ring");
    complete(userData);
    violates();
    assertEquals(1, client.inFlight());
    client.pool().release(lease);
    assertEquals(2, client.pool().leases(), "the operation holds its buffer yet");
  }

  @Test
  void twice() throws Exception {
    long userData = taken();
    complete(userData);
    complete(userData);
    violates();
    assertEquals(0, client.inFlight());
    client.pool().release(lease);
    assertEquals(1, client.pool().leases());
  }

  @Test
  void withoutTaking() throws Exception {
    for (int i = 1; i <= client.credit(); i++) {
      complete((long) i << 16);
      client.await(1, 0);
      assertEquals(1, client.reap((tag, result, flags) -> {}, 1));
      if (i == client.credit()) {
        break;
      }
      assertTrue(client.read(3, lease, 0, 4096, 0, 42));
      client.submit();
    }
    RingViolationException violation =
        assertThrows(RingViolationException.class, () -> client.nop(1));
    assertEquals("sq_head", violation.word());
  }
}
