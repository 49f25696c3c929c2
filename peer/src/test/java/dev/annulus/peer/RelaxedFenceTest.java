// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Membarrier;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.Producer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Busy producers leave their fence out; the consumer that goes to sleep makes it for them. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class RelaxedFenceTest {
  private static final int ROUNDS = 30_000;

  /** Fewer rounds will do on a machine that has other work: two threads then seldom run at once. */
  private static final long BUDGET = SECONDS.toNanos(4);

  /** More releases than it takes until the producer is told to leave its fence out. */
  private static final int BUSY = 300;

  private static final int ENTRIES = 512;

  @TempDir Path directory;
  private final MemorySegment client =
      Arena.ofAuto().allocate(PeerLayout.clientSize(ENTRIES), 4096);
  private final MemorySegment server =
      Arena.ofAuto().allocate(PeerLayout.serverSize(ENTRIES), 4096);
  private final AtomicInteger arrivals = new AtomicInteger();
  private final long start = System.nanoTime();

  /** Written between the two meetings of the last round. */
  private volatile int rounds = ROUNDS;

  private boolean spent() {
    return System.nanoTime() - start > BUDGET;
  }

  private void meet(int meeting) {
    arrivals.incrementAndGet();
    for (int spins = 0; arrivals.get() < 2 * meeting; spins++) {
      pause(spins);
    }
  }

  private static void pause(int spins) {
    if (spins > 2_000) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  private static int dawdle(SplittableRandom random, int most) {
    int work = 0;
    for (int i = random.nextInt(most); i > 0; i--) {
      work += Long.bitCount(work + i);
    }
    return work;
  }

  private int produce(Producer producer, boolean[] wakes) {
    SplittableRandom random = new SplittableRandom(1);
    int work = 0;
    for (int round = 0; round < rounds; round++) {
      for (int sent = 0; sent < BUSY; sent++) {
        assertTrue(producer.claim() >= 0);
      }
      producer.publish();
      assertTrue(producer.claim() >= 0);
      meet(2 * round + 1);
      work += dawdle(random, 1 + 10 * (round % 3));
      wakes[round] = producer.publish();
      meet(2 * round + 2);
    }
    return work;
  }

  private int consume(Consumer consumer, boolean[] sees) {
    SplittableRandom random = new SplittableRandom(2);
    int work = 0;
    for (int round = 0; round < rounds; round++) {
      take(consumer, BUSY);
      assertEquals(1, relaxed());
      meet(2 * round + 1);
      work += dawdle(random, 1 + 10 * (round % 3));
      sees[round] = consumer.arm(1);
      if (spent()) {
        rounds = round + 1;
      }
      assertEquals(0, relaxed());
      meet(2 * round + 2);
      take(consumer, 1);
    }
    return work;
  }

  private long relaxed() {
    return server.get(ValueLayout.JAVA_LONG, PeerLayout.SQ_RELAXED);
  }

  private static void take(Consumer consumer, int count) {
    int spins = 0;
    for (int taken = 0; taken < count; ) {
      if (consumer.available() > 0) {
        consumer.next();
        consumer.release();
        taken++;
        spins = 0;
      } else {
        pause(spins++);
      }
    }
  }

  /** As between two processes, but for the one word that tells who may leave a fence out. */
  @Test
  void eitherTheProducerWakesOrTheConsumerSees() throws Exception {
    assumeTrue(Membarrier.available(), "membarrier(2) needs Linux 4.16, and no filter against it");
    PeerLayout.start(client, server, -7);
    Producer producer = new Producer(PeerLayout.sq(client, server, ENTRIES));
    Consumer consumer = new Consumer(PeerLayout.sq(client, server, ENTRIES));
    consumer.fenceFor(Membarrier::everywhere);
    boolean[] wakes = new boolean[ROUNDS];
    boolean[] sees = new boolean[ROUNDS];
    FutureTask<Integer> task = new FutureTask<>(() -> produce(producer, wakes));
    Thread.ofPlatform().daemon().name("producer").start(task);
    consume(consumer, sees);
    task.get();
    for (int round = 0; round < rounds; round++) {
      assertTrue(wakes[round] || sees[round], "lost wake-up in round " + round);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -2, -1})
  void serverRelaxesOnlyClientsThatCanBeFenced(int flags) throws Exception {
    assumeTrue(Membarrier.available(), "membarrier(2) needs Linux 4.16, and no filter against it");
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT);
        RawSocket raw = RawSocket.connect(path);
        Arena arena = Arena.ofConfined()) {
      raw.begin(AttachMessage.HELLO).set(AttachMessage.CREDIT, 4).set(AttachMessage.FLAGS, flags);
      raw.send(AttachMessage.SIZE);
      assertEquals(AttachMessage.SIZE, raw.receive());
      boolean sqArray = (flags & AttachMessage.SQ_ARRAY) != 0;
      int answered = AttachMessage.intAt(raw.body(), AttachMessage.FLAGS);
      assertEquals(1 | flags & AttachMessage.SQ_ARRAY, answered);
      PeerSession session = server.attached();
      MemorySegment own =
          SharedMemory.map(raw.messages.fd(0), PeerLayout.clientSize(4, sqArray), true, arena);
      MemorySegment others =
          SharedMemory.map(raw.messages.fd(1), PeerLayout.serverSize(8), false, arena);
      raw.messages.closeDescriptors();
      Producer sq = new Producer(PeerLayout.sq(own, others, 4, sqArray));
      for (int i = 0; i < BUSY; i++) {
        sq.claim();
        sq.publish();
        assertEquals(1, session.sq().available());
        session.sq().next();
        session.sq().release();
      }
      long relaxed = others.get(ValueLayout.JAVA_LONG, PeerLayout.SQ_RELAXED);
      assertEquals(flags & 1, relaxed);
      assertEquals(false, session.sq().arm(1));
      assertEquals(0, others.get(ValueLayout.JAVA_LONG, PeerLayout.SQ_RELAXED));
    }
  }

  /** Sides that are busy, doze off and wake, in all mixtures: a lost wake-up ends in the limit. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void busyAndSleepingSidesMix(long seed) throws Exception {
    Path path = directory.resolve("s");
    SplittableRandom random = new SplittableRandom(seed);
    PeerOptions options = new PeerOptions(16, WaitStrategy.ADAPTIVE, 3_000, 5_000);
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, 200);
        PeerRing ring = PeerRing.attach(path, options)) {
      long done = 0;
      for (int phase = 0; phase < 40 && !spent(); phase++) {
        int most = random.nextBoolean() ? 2 : 5_000;
        for (int round = 0; round < 300; round++) {
          int batch = 1 + random.nextInt(ring.credit());
          for (int i = 0; i < batch; i++) {
            TrafficTest.nop(ring, done + i);
          }
          ring.submit();
          assertEquals(batch, ring.await(batch, 0));
          for (int i = 0; i < batch; i++) {
            assertEquals(done++, TrafficTest.reap(ring));
          }
          ring.cq().release();
          if (dawdle(random, most) < 0) {
            throw new AssertionError("a count of bits below 0");
          }
        }
      }
      assertEquals(1, echo.sessions());
    }
  }

  /** What a client writes to its own word is its own loss: the server neither waits nor fails. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, -1, Long.MIN_VALUE})
  void anyRelaxedWordIsHarmless(long word) {
    PeerLayout.start(client, server, 0);
    Producer cq = new Producer(PeerLayout.cq(client, server, ENTRIES));
    client.set(ValueLayout.JAVA_LONG, PeerLayout.CQ_RELAXED, word);
    client.set(ValueLayout.JAVA_LONG, PeerLayout.CQ_EVENT, 1);
    cq.claim();
    assertEquals(false, cq.publish());
    cq.claim();
    assertEquals(false, cq.publish(), "who says that it is awake is not woken");
    client.set(ValueLayout.JAVA_LONG, PeerLayout.CQ_RELAXED, 0);
    client.set(ValueLayout.JAVA_LONG, PeerLayout.CQ_EVENT, 2);
    cq.claim();
    assertEquals(true, cq.publish());
  }
}
