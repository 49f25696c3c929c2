// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The driver's queue against a device that a test plays: also one that lies. */
class CommandQueueTest {
  private static final int ID = 3;
  private static final int ENTRIES = 8;

  private final FakeDevice device = new FakeDevice();
  private final Outcomes outcomes = new Outcomes();

  @AfterEach
  void close() {
    device.close();
  }

  private CommandQueue queue() throws NvmeException {
    return new CommandQueue(device, ID, ENTRIES, 1 << 20, 12);
  }

  private boolean submit(CommandQueue queue, long token) {
    return queue.submit(NvmOpcode.FLUSH, 1, 0, 0, 0, 0, 0, token);
  }

  private long word(CommandQueue queue, int sqSlot, int phase) {
    return Cqe.word(sqSlot + 1 & ENTRIES - 1, ID, device.commandId(queue, sqSlot), 0, phase);
  }

  @Test
  void writesAnEntryAsTheSpecificationHasIt() throws Exception {
    CommandQueue queue = queue();
    assertTrue(
        queue.submit(0x02, 0x0A0B_0C0D, 0x1111_2222_3333_4444L, 0x55L, 0x66L, 0x7000, 512, 9));
    long first = device.sqe(queue, 0, Sqe.CDW0_NSID);
    assertEquals(0x02, first & 0xFF, "opcode");
    assertEquals(0, first & Sqe.FLAGS_MASK, "FUSE and PSDT");
    assertEquals(0x0A0B_0C0D, (int) (first >>> 32), "NSID");
    assertEquals(0, device.sqe(queue, 0, Sqe.CDW2));
    assertEquals(0, device.sqe(queue, 0, Sqe.MPTR));
    assertEquals(0x7000, device.sqe(queue, 0, Sqe.PRP1));
    assertEquals(0, device.sqe(queue, 0, Sqe.PRP2));
    assertEquals(0x1111_2222_3333_4444L, device.sqe(queue, 0, Sqe.CDW10));
    assertEquals(0x55, device.sqe(queue, 0, Sqe.CDW12));
    assertEquals(0x66, device.sqe(queue, 0, Sqe.CDW14));
  }

  @Test
  void ringsOnceABatchAndNotAtAllForNothing() throws Exception {
    CommandQueue queue = queue();
    queue.ring();
    assertEquals(List.of(), device.tails);
    submit(queue, 1);
    submit(queue, 2);
    submit(queue, 3);
    queue.ring();
    queue.ring();
    assertEquals(List.of(3), device.tails);
    for (int i = 0; i < 3; i++) {
      device.complete(queue, i, word(queue, i, 1), 0);
    }
    assertEquals(3, queue.poll(outcomes, 100));
    assertEquals(0, queue.poll(outcomes, 100));
    assertEquals(List.of(3), device.heads);
    assertEquals(new QueueCounters(3, 3, 1, 1, 0, 0, 0), queue.counters());
  }

  @Test
  void isFullOneShortOfItsEntries() throws Exception {
    CommandQueue queue = queue();
    for (int i = 0; i < ENTRIES - 1; i++) {
      assertTrue(submit(queue, i));
    }
    assertFalse(submit(queue, 99));
    queue.ring();
    device.complete(queue, 0, word(queue, 0, 1), 0);
    assertEquals(1, queue.poll(outcomes, 1));
    assertTrue(submit(queue, 99));
    assertFalse(submit(queue, 100));
  }

  @Test
  void pollsNoMoreThanAskedFor() throws Exception {
    CommandQueue queue = queue();
    for (int i = 0; i < 5; i++) {
      submit(queue, i);
    }
    queue.ring();
    for (int i = 0; i < 5; i++) {
      device.complete(queue, i, word(queue, i, 1), 0);
    }
    assertEquals(2, queue.poll(outcomes, 2));
    assertEquals(3, queue.poll(outcomes, 100));
    assertEquals(List.of(2, 5), device.heads);
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L), outcomes.order());
  }

  @Test
  void wrapsManyTimesWithThePhaseAndInAnyOrder() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CommandQueue queue = queue();
    List<Integer> fetched = new ArrayList<>();
    int posted = 0;
    int submitted = 0;
    int sqHead = 0;
    while (submitted < 10_000) {
      while (random.nextInt(4) != 0 && submit(queue, submitted)) {
        fetched.add(device.commandId(queue, submitted % ENTRIES));
        submitted++;
      }
      queue.ring();
      sqHead = submitted % ENTRIES;
      while (!fetched.isEmpty() && random.nextInt(4) != 0) {
        int id = fetched.remove(random.nextInt(fetched.size()));
        int phase = posted / ENTRIES % 2 == 0 ? 1 : 0;
        device.complete(queue, posted % ENTRIES, Cqe.word(sqHead, ID, id, 0, phase), posted);
        posted++;
      }
      queue.poll(outcomes, Integer.MAX_VALUE);
      assertEquals(posted, outcomes.size(), "seed " + seed);
      assertEquals(fetched.size(), queue.inFlight(), "seed " + seed);
    }
    assertEquals(0, queue.counters().spurious(), "seed " + seed);
    assertEquals(0, queue.counters().badHeads(), "seed " + seed);
  }

  @Test
  void handsOverStatusAndResult() throws Exception {
    CommandQueue queue = queue();
    submit(queue, 77);
    queue.ring();
    device.complete(
        queue, 0, Cqe.word(1, ID, device.commandId(queue, 0), 0x4281, 1), 0x8765_4321_0000_ABCDL);
    queue.poll(outcomes, 1);
    assertEquals(0x4281, outcomes.status(77));
    assertEquals(0x8765_4321_0000_ABCDL, outcomes.longResult(77));
  }

  @Test
  void dropsUnknownStaleAndRepeatedIdentifiers() throws Exception {
    CommandQueue queue = queue();
    submit(queue, 1);
    queue.ring();
    int id = device.commandId(queue, 0);
    device.complete(queue, 0, Cqe.word(1, ID, 0xFFFF, 0, 1), 0); // never given out
    device.complete(queue, 1, Cqe.word(1, ID, id + ENTRIES, 0, 1), 0); // the next generation
    device.complete(queue, 2, Cqe.word(1, ID, id + 1, 0, 1), 0); // a free slot's
    device.complete(queue, 3, Cqe.word(1, ID, id, 0, 1), 0); // the true one
    device.complete(queue, 4, Cqe.word(1, ID, id, 0, 1), 0); // again
    assertEquals(1, queue.poll(outcomes, 100));
    outcomes.assertOk(1);
    assertEquals(4, queue.counters().spurious());
    submit(queue, 2);
    queue.ring();
    device.complete(queue, 5, Cqe.word(1, ID, id, 0, 1), 0); // stale: the slot is in use again
    device.complete(queue, 6, word(queue, 1, 1), 0);
    assertEquals(1, queue.poll(outcomes, 100));
    outcomes.assertOk(2);
    assertEquals(5, queue.counters().spurious());
    assertEquals(List.of(5, 7), device.heads, "what is dropped is consumed all the same");
  }

  @Test
  void dropsCompletionsOfAnotherQueue() throws Exception {
    CommandQueue queue = queue();
    submit(queue, 1);
    queue.ring();
    device.complete(queue, 0, Cqe.word(1, ID + 1, device.commandId(queue, 0), 0, 1), 0);
    assertEquals(0, queue.poll(outcomes, 100));
    assertEquals(1, queue.inFlight());
    assertEquals(1, queue.counters().spurious());
  }

  @Test
  void doesNotSeeAnEntryWithTheOldPhase() throws Exception {
    CommandQueue queue = queue();
    submit(queue, 1);
    queue.ring();
    device.complete(queue, 0, word(queue, 0, 0), 0);
    assertEquals(0, queue.poll(outcomes, 100));
    assertEquals(0, queue.counters().spurious());
    device.complete(queue, 0, word(queue, 0, 1), 0);
    assertEquals(1, queue.poll(outcomes, 100));
  }

  @Test
  void ignoresHeadsThatCannotBe() throws Exception {
    CommandQueue queue = queue();
    for (int round = 0; round < 100; round++) {
      int slot = round % ENTRIES;
      assertTrue(submit(queue, round), "a false head must not close the queue");
      queue.ring();
      int head = round % 2 == 0 ? 0x7FFF : (slot + 3) % ENTRIES;
      int phase = round / ENTRIES % 2 == 0 ? 1 : 0;
      long word = Cqe.word(head, ID, device.commandId(queue, slot), 0, phase);
      device.complete(queue, slot, word, 0);
      assertEquals(1, queue.poll(outcomes, 100));
    }
    assertEquals(100, queue.counters().badHeads());
  }

  @Test
  void aDeviceThatPostsWithoutEndIsLeftAfterOneRound() throws Exception {
    CommandQueue queue = queue();
    for (int slot = 0; slot < ENTRIES; slot++) {
      device.complete(queue, slot, Cqe.word(0, ID, 0xFFFF, 0, 1), 0);
    }
    assertEquals(0, queue.poll(outcomes, 100));
    assertEquals(ENTRIES, queue.counters().spurious());
    // The phase has changed, so the same entries are old now.
    assertEquals(0, queue.poll(outcomes, 100));
    assertEquals(ENTRIES, queue.counters().spurious());
  }

  @Test
  void randomRubbishNeverCompletesACommandTwice() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    CommandQueue queue = queue();
    long token = 0;
    for (int round = 0; round < 20_000; round++) {
      if (submit(queue, token)) {
        token++;
      }
      queue.ring();
      device.complete(queue, random.nextInt(ENTRIES), random.nextLong(), random.nextInt());
      queue.poll(outcomes, 1 + random.nextInt(ENTRIES)); // fails on a token that comes twice
      assertEquals(token - outcomes.size(), queue.inFlight(), "seed " + seed);
    }
    queue.abandon(outcomes, Integer.MAX_VALUE, 8);
    assertEquals(token, outcomes.size(), "seed " + seed);
  }

  @Test
  void handlerMaySubmitAndMayThrow() throws Exception {
    CommandQueue queue = queue();
    submit(queue, 1);
    submit(queue, 2);
    queue.ring();
    device.complete(queue, 0, word(queue, 0, 1), 0);
    device.complete(queue, 1, word(queue, 1, 1), 0);
    CompletionHandler angry =
        (token, status, result) -> {
          submit(queue, token + 100);
          throw new IllegalStateException("no");
        };
    assertThrows(IllegalStateException.class, () -> queue.poll(angry, 100));
    assertEquals(List.of(1), device.heads, "the entry counts as consumed");
    assertEquals(2, queue.inFlight());
    assertEquals(1, queue.poll(outcomes, 100));
    assertEquals(List.of(2L), outcomes.order());
  }

  @Test
  void abandonsEachCommandOnce() throws Exception {
    CommandQueue queue = queue();
    submit(queue, 1);
    submit(queue, 2);
    submit(queue, 3);
    queue.ring();
    device.complete(queue, 0, word(queue, 1, 1), 0);
    queue.poll(outcomes, 100);
    queue.abandon(outcomes, Integer.MAX_VALUE, StatusCode.COMMAND_ABORTED_DUE_TO_SQ_DELETION.value);
    assertEquals(List.of(2L, 1L, 3L), outcomes.order());
    outcomes.assertStatus(StatusCode.COMMAND_ABORTED_DUE_TO_SQ_DELETION, false, 3);
    assertEquals(0, queue.inFlight());
  }
}
