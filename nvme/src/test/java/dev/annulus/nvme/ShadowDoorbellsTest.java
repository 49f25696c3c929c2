// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Doorbells in memory: when the device is rung, and that no lie of its makes anything hang. */
@Timeout(120)
class ShadowDoorbellsTest {
  private static final int BLOCKS = 8192;

  private static ModelBuilder builder(Faults faults) {
    return ModelController.builder()
        .namespace(Backing.memory(BLOCKS * 512L), 512)
        .shadowDoorbells(true)
        .faults(faults);
  }

  /** Against walking from the old value to the new one, slot by slot. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8, 64})
  void ringsWhenTheEventIndexIsPassed(int entries) {
    for (int old = 0; old < entries; old++) {
      for (int steps = 1; steps < entries; steps++) {
        for (int event = 0; event < entries; event++) {
          boolean passed = false;
          for (int i = 0; i < steps; i++) {
            passed |= (old + i) % entries == event;
          }
          int value = (old + steps) % entries;
          assertEquals(passed, ShadowDoorbells.passes(event, old, value));
        }
      }
    }
  }

  @Test
  void ofTheLongestQueues() {
    assertTrue(ShadowDoorbells.passes(0xFFFF, 0xFFFF, 0));
    assertTrue(ShadowDoorbells.passes(0xFFFF, 0xFFF0, 5));
    assertTrue(ShadowDoorbells.passes(0, 0xFFFF, 1));
    assertFalse(ShadowDoorbells.passes(1, 0xFFFF, 1));
    assertFalse(ShadowDoorbells.passes(0xFFEF, 0xFFF0, 5));
  }

  @Test
  void controllersThatDoNotOfferThem() throws Exception {
    try (Setup setup = new Setup(builder(Faults.NONE).shadowDoorbells(false))) {
      assertFalse(setup.controller.usesShadowDoorbells());
      assertEquals(0, setup.queue.counters().shadowUpdates());
    }
  }

  @Test
  void controllersThatRefuseTheCommand() throws Exception {
    Trouble refuses = new Trouble();
    refuses.admin =
        command ->
            command.opcode == AdminOpcode.DOORBELL_BUFFER_CONFIG
                ? StatusCode.INVALID_FIELD_IN_COMMAND.value
                : 0;
    try (Setup setup = new Setup(builder(refuses))) {
      assertFalse(setup.controller.usesShadowDoorbells());
      reads(setup, 100);
      assertEquals(0, setup.queue.counters().shadowUpdates());
      // After a reset it may do what it refused before, and the other way round.
      refuses.admin = command -> 0;
      setup.controller.reset();
      reads(setup, 100);
      assertTrue(setup.controller.usesShadowDoorbells());
      assertTrue(setup.queue.counters().shadowUpdates() > 0);
    }
  }

  /**
   * The admin queue's words are the device's: where it stores what it was rung for, as QEMU does, a
   * value of the driver's besides would have it execute old entries again.
   */
  @Test
  void theAdminQueuesWordsAreTheDevices() throws Exception {
    AtomicLong page = new AtomicLong();
    Trouble sees = new Trouble();
    sees.admin =
        command -> {
          if (command.opcode == AdminOpcode.DOORBELL_BUFFER_CONFIG) {
            page.set(command.prp1);
          }
          return 0;
        };
    try (Setup setup = new Setup(builder(sees))) {
      reads(setup, 5);
      DmaTable table = ((ModelDma) setup.controller.dma()).table();
      int entry = table.find(page.get(), 16);
      MemorySegment words = table.segment(entry).asSlice(table.offset(entry, page.get()), 16);
      for (int i = 0; i < 50; i++) {
        setup.controller.admin().controller();
        assertEquals(0, words.get(JAVA_LONG, 0), "tail and head of the admin queue");
      }
      assertEquals(5, words.get(JAVA_INT, 8), "tail of the I/O queue");
    }
  }

  @Test
  void moreQueuesThanAPageHasRoomFor() throws Exception {
    FakeDevice device = new FakeDevice();
    assertTrue(ShadowDoorbells.allocate(device, 511, 0) != null);
    assertNull(ShadowDoorbells.allocate(device, 512, 0));
    long stride = 15L << 32;
    assertNull(ShadowDoorbells.allocate(device, 1, stride));
    // A page of 64 KiB.
    assertTrue(ShadowDoorbells.allocate(device, 8191, 4L << 48) != null);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void queuesOfAnyStrideAndLength(boolean threaded) throws Exception {
    for (int stride : new int[] {0, 2, 4}) {
      ModelBuilder builder =
          builder(Faults.NONE).threaded(threaded).doorbellStride(stride).queuePairs(3);
      for (int entries : new int[] {2, 4, 1024}) {
        try (Setup setup =
            new Setup(builder, ControllerOptions.DEFAULT.withQueuePairs(3), entries)) {
          assertTrue(setup.controller.usesShadowDoorbells());
          reads(setup, 5 * entries);
        }
        builder = builder(Faults.NONE).threaded(threaded).doorbellStride(stride).queuePairs(3);
      }
    }
  }

  /** So long that a sweep, which would ring for what was missed, comes after 10 seconds. */
  private static final ControllerOptions NO_SWEEP =
      ControllerOptions.DEFAULT.withIoTimeoutMillis(CommandSlots.AGES / 2 * 10_000);

  @Test
  void aBusyDeviceIsNotRung() throws Exception {
    try (Setup setup = new Setup(builder(Faults.NONE).threaded(true), NO_SWEEP, 64)) {
      long commands = 200_000;
      reads(setup, commands);
      QueueCounters counters = setup.queue.counters();
      assertEquals(commands, counters.commands());
      assertTrue(counters.submissionDoorbells() < counters.shadowUpdates(), counters::toString);
      assertEquals(0, setup.queue.queue().insisted());
    }
  }

  /** Submissions about when the model's thread falls asleep: each is found, or rung for. */
  @Test
  void noneIsMissedByOneThatFallsAsleep() throws Exception {
    try (Setup setup = new Setup(builder(Faults.NONE).threaded(true), NO_SWEEP, 8)) {
      SplittableRandom random = new SplittableRandom(2);
      for (int i = 0; i < 20_000; i++) {
        reads(setup, 1 + random.nextInt(3));
        long end = System.nanoTime() + 5_000 + random.nextInt(15_000);
        while (System.nanoTime() - end < 0) {
          Thread.onSpinWait();
        }
      }
      assertEquals(0, setup.queue.queue().insisted());
      assertTrue(setup.model.thread().sleeps() > 100, "it hardly ever slept");
      Trouble.assertCounters(0, 0, 0, setup.controller);
    }
  }

  /** A completion queue's doorbell that the device wants is written by its half, not at once. */
  @Test
  void polledCompletionsAreToldOfLate() throws Exception {
    FakeDevice device = new FakeDevice();
    ShadowDoorbells shadow = ShadowDoorbells.allocate(device, 1, 0);
    Doorbells polled = new Doorbells(device, 1);
    polled.shadow(shadow, 16, true);
    for (int head = 1; head <= 7; head++) {
      polled.head(head);
    }
    assertEquals(List.of(), device.heads);
    polled.head(8);
    assertEquals(List.of(8), device.heads);
    polled.head(9); // not wanted: the event index is still 0
    polled.head(2); // it is passed, with 9 read
    assertEquals(List.of(8, 2), device.heads);
    polled.insist();
    assertEquals(List.of(8, 2), device.heads, "nothing is owed");
    polled.head(3);
    polled.insist();
    assertEquals(List.of(8, 2, 3), device.heads);
    Doorbells interrupted = new Doorbells(device, 1);
    interrupted.shadow(shadow, 16, false);
    interrupted.head(1);
    assertEquals(List.of(8, 2, 3, 1), device.heads);
    device.close();
  }

  /** Also where the value is the one that it was rung for last, a queue's length ago. */
  @Test
  void whatWasNotRungForIsInsistedOn() throws Exception {
    FakeDevice device = new FakeDevice();
    ShadowDoorbells shadow = ShadowDoorbells.allocate(device, 1, 0);
    Doorbells doorbells = new Doorbells(device, 1);
    doorbells.shadow(shadow, 4, false);
    doorbells.tail(1);
    doorbells.head(1);
    MemorySegment pages = device.memory.values().iterator().next();
    long events = pages.byteSize() / 2;
    for (int i = 1; i <= 4; i++) {
      // The index of one value before: never passed on the way to the next.
      pages.set(JAVA_INT, events + shadow.tailOffset(1), i % 4 - 1);
      pages.set(JAVA_INT, events + shadow.headOffset(1), i % 4 - 1);
      doorbells.tail((i + 1) % 4);
      doorbells.head((i + 1) % 4);
    }
    assertEquals(List.of(List.of(1), List.of(1)), List.of(device.tails, device.heads));
    doorbells.insist();
    assertEquals(List.of(List.of(1, 1), List.of(1, 1)), List.of(device.tails, device.heads));
    assertEquals(2, doorbells.insisted());
    doorbells.insist();
    assertEquals(2, doorbells.insisted());
    device.close();
  }

  /** The same identifier again: the words of the queue before do not matter. */
  @Test
  void queuesThatAreMadeAgain() throws Exception {
    try (Setup setup = new Setup(builder(Faults.NONE).threaded(true))) {
      for (int i = 1; i < 100; i++) {
        try (QueuePair again = setup.controller.openQueuePair(4)) {
          assertEquals(2, again.id());
          for (int j = 0; j < i % 7; j++) {
            assertTrue(again.read(1, j, 1, setup.buffer.iova(), j));
            Setup.finish(again, (token, status, result) -> assertEquals(0, status));
          }
        }
      }
      Trouble.assertCounters(0, 0, 0, setup.controller);
    }
  }

  @Test
  void areConfiguredAgainAfterEachReset() throws Exception {
    try (Setup setup = new Setup(builder(Faults.NONE).threaded(true))) {
      for (int i = 0; i < 20; i++) {
        reads(setup, 37);
        setup.controller.reset();
        assertTrue(setup.controller.usesShadowDoorbells());
      }
      reads(setup, 37);
      Trouble.assertCounters(0, 20, 0, setup.controller);
    }
  }

  /** What a device may say. */
  enum Lie {
    NEVER {
      @Override
      int event(int value, SplittableRandom random) {
        return value + 30_000;
      }
    },
    LATE {
      @Override
      int event(int value, SplittableRandom random) {
        return value - 1;
      }
    },
    ANYTHING {
      @Override
      int event(int value, SplittableRandom random) {
        return random.nextInt();
      }
    },
    BEYOND {
      @Override
      int event(int value, SplittableRandom random) {
        return value | 0xABCD_0000;
      }
    };

    abstract int event(int value, SplittableRandom random);
  }

  /** It is rung when nothing has moved for an eighth of the time-out: no command is lost by it. */
  @ParameterizedTest
  @EnumSource(Lie.class)
  void lyingEventIndices(Lie lie) throws Exception {
    Trouble trouble = new Trouble();
    SplittableRandom random = new SplittableRandom(1);
    trouble.event = value -> lie.event(value, random);
    ControllerOptions options = ControllerOptions.DEFAULT.withIoTimeoutMillis(2_000);
    try (Setup setup = new Setup(builder(trouble).threaded(true), options, 8)) {
      for (int i = 0; i < 8; i++) {
        reads(setup, 3);
        Trouble.until("sleep", setup.model.thread()::asleep, () -> {});
      }
      Trouble.assertCounters(0, 0, 0, setup.controller);
    }
  }

  private static void reads(Setup setup, long count) throws Exception {
    long[] done = new long[1];
    CompletionHandler counts =
        (token, status, result) -> {
          assertEquals(0, status);
          done[0]++;
        };
    for (long i = 0; i < count; i++) {
      long lba = i % BLOCKS;
      while (!setup.queue.read(1, lba, 1, setup.buffer.iova(), i)) {
        setup.queue.ring();
        setup.queue.poll(counts, Integer.MAX_VALUE);
      }
      setup.queue.ring();
    }
    Setup.finish(setup.queue, counts);
    assertEquals(count, done[0]);
  }
}
