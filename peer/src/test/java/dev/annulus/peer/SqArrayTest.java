// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.RingViolationException;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The indirect SQ array between processes: agreed on, used, and lied in. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class SqArrayTest {
  private static final PeerOptions ARRAY = PeerOptions.DEFAULT.withCredit(8).withSqArray(true);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  @Test
  void noneUnlessAskedFor() throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(8))) {
      server.attached();
      TrafficTest.nop(ring, 1);
      assertThrows(IllegalStateException.class, () -> ring.sq().swap(0, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 4, -5})
  void swappedEntriesArriveInTheirNewOrder(long start) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(start));
        PeerRing ring = PeerRing.attach(path, ARRAY)) {
      PeerSession session = server.attached();
      for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 5; i++) {
          TrafficTest.nop(ring, i);
        }
        ring.sq().swap(0, 4);
        ring.sq().swap(1, 2);
        ring.submit();
        assertEquals(5, session.sq().refresh());
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          taken.add(SqEntry.userData(session.sq().slots(), session.sq().next()));
        }
        session.sq().release();
        assertEquals(List.of(4L, 2L, 1L, 3L, 0L), taken);
      }
    }
  }

  /** Says what it will about an array: a client that did not ask for one does not attach. */
  @Test
  void arrayUnaskedIsRefused() throws Exception {
    try (RawSocket listener = RawSocket.listen(path, 1)) {
      Thread server =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try (RawSocket client = listener.accept()) {
                  client.await();
                  client.begin(AttachMessage.WELCOME).set(AttachMessage.CREDIT, 8);
                  client.set(AttachMessage.SQ_ENTRIES, 8).set(AttachMessage.CQ_ENTRIES, 32);
                  client.set(AttachMessage.FLAGS, AttachMessage.SQ_ARRAY).send(AttachMessage.SIZE);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      PeerOptions plain = PeerOptions.DEFAULT.withCredit(8);
      assertThrows(java.io.IOException.class, () -> PeerRing.attach(path, plain));
      server.join();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void slotThatIsNotThereIsNamed(int slot) throws Exception {
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(0));
        RawSocket client = RawSocket.connect(path);
        Arena arena = Arena.ofConfined()) {
      client.begin(AttachMessage.HELLO).set(AttachMessage.CREDIT, 8);
      client.set(AttachMessage.FLAGS, AttachMessage.SQ_ARRAY).send(AttachMessage.SIZE);
      assertEquals(AttachMessage.SIZE, client.receive());
      int flags = AttachMessage.intAt(client.body(), AttachMessage.FLAGS);
      assertEquals(AttachMessage.SQ_ARRAY, flags & AttachMessage.SQ_ARRAY);
      PeerSession session = server.attached();
      long size = PeerLayout.clientSize(8, true);
      MemorySegment words = SharedMemory.map(client.messages.fd(0), size, true, arena);
      client.messages.closeDescriptors();
      words.set(JAVA_INT, PeerLayout.sqArray(8), 7);
      words.set(JAVA_INT, PeerLayout.sqArray(8) + 4, slot);
      words.set(ValueLayout.JAVA_LONG, PeerLayout.SQ_TAIL, 2);
      assertEquals(2, session.sq().refresh());
      assertEquals(PeerLayout.SQ_SLOTS + 7 * SqEntry.SIZE, session.sq().next());
      RingViolationException thrown =
          assertThrows(RingViolationException.class, session.sq()::next);
      assertEquals("sq_array", thrown.word());
    }
  }
}
