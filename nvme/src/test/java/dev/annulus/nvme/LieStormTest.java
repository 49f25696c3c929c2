// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random trouble of every kind at once, from a printed seed: whatever a controller does, each
 * command ends once, nothing hangs, and no memory is touched but what was named. {@code
 * -Dannulus.nvme.storms=N}, 150 by default.
 */
@Timeout(7_200)
class LieStormTest {
  private static final int ROUNDS = Integer.getInteger("annulus.nvme.storms", 150);
  private static final int OPERATIONS = 300;
  private static final int ENTRIES = 32;
  private static final int BLOCKS = 1024;
  private static final int SLOT = 2 * Setup.BLOCK;
  private static final long GUARD = 0x5AFE_5AFE_5AFE_5AFEL;

  private static final ControllerOptions OPTIONS =
      ControllerOptions.DEFAULT
          .withQueuePairs(2)
          .withIoTimeoutMillis(16)
          .withAdminTimeoutMillis(500);

  /** Random faults; used under the model's lock alone, in inline mode. */
  private static final class Storm implements Faults {
    private final Random random;
    private final int odds;
    private boolean calm = true;
    private CommandQueue queue;

    Storm(Random random) {
      this.random = random;
      odds = 4 << random.nextInt(10);
    }

    private boolean rarely(int times) {
      return !calm && random.nextInt(odds * times) == 0;
    }

    @Override
    public int fail(ModelCommand command) {
      if (command.queue.id == 0) {
        return rarely(16) ? 1 + random.nextInt(0x3FF) : 0;
      }
      if (rarely(16)) {
        return LOST;
      }
      if (rarely(8)) {
        command.prp1 = elsewhere();
      }
      return rarely(2) ? 1 + random.nextInt(0x7FFF) : 0;
    }

    /** Nowhere, or the memory of the queue itself: blocks become entries. */
    private long elsewhere() {
      return switch (random.nextInt(4)) {
        case 0 -> queue.sqIova() + random.nextInt(8) * (long) Setup.BLOCK;
        case 1 -> queue.cqIova();
        default -> random.nextLong();
      };
    }

    @Override
    public int hold(ModelCommand command) {
      if (command.queue.id == 0) {
        return 0;
      }
      return rarely(16) ? FOREVER : rarely(1) ? random.nextInt(8) : 0;
    }

    @Override
    public long completion(long word) {
      if (!rarely(8)) {
        return word;
      }
      int head = Cqe.sqHead(word);
      int queue = Cqe.sqId(word);
      int id = Cqe.commandId(word);
      int phase = Cqe.phase(word);
      return switch (random.nextInt(7)) {
        case 0 -> Cqe.word(random.nextInt(2 * ENTRIES), queue, id, Cqe.status(word), phase);
        case 1 -> Cqe.word(head, random.nextInt(3), id, Cqe.status(word), phase);
        case 2 -> Cqe.word(head, queue, random.nextInt(2 * ENTRIES), Cqe.status(word), phase);
        case 3 -> Cqe.word(head, queue, id ^ 1 << random.nextInt(16), Cqe.status(word), phase);
        case 4 -> Cqe.word(head, queue, id, random.nextInt(0x7FFF), phase);
        case 5 -> Cqe.word(head, queue, id, Cqe.status(word), phase ^ 1);
        default -> random.nextLong();
      };
    }

    @Override
    public int register(int register, int value) {
      if (register != Registers.CSTS) {
        return value;
      }
      return rarely(16) ? Registers.ALL_ONES : rarely(16) ? value | Registers.CSTS_CFS : value;
    }
  }

  private static void fill(Setup setup, Random random) {
    for (long at = 0; at < Setup.BUFFER; at += 8) {
      boolean data = at % SLOT < Setup.BLOCK;
      setup.buffer.memory().set(JAVA_LONG, at, data ? random.nextLong() : GUARD);
    }
  }

  /** Every second block of the buffer is nobody's. */
  private static void assertGuards(Setup setup, String seed) {
    for (long slot = 0; slot < Setup.BUFFER; slot += SLOT) {
      for (long at = slot + Setup.BLOCK; at < slot + SLOT; at += 8) {
        assertEquals(GUARD, setup.buffer.memory().get(JAVA_LONG, at), seed);
      }
    }
  }

  private static boolean submit(Setup setup, Random random, long token) {
    long iova = setup.buffer.iova() + random.nextInt(Setup.BUFFER / SLOT) * (long) SLOT;
    long lba = random.nextInt(BLOCKS);
    return switch (random.nextInt(4)) {
      case 0 -> setup.queue.write(1, lba, 1, iova, token);
      case 1 -> setup.queue.flush(1, token);
      default -> setup.queue.read(1, lba, 1, iova, token);
    };
  }

  /** Answers whether the controller survived. */
  private static boolean round(Random random, String seed) throws Exception {
    Storm storm = new Storm(random);
    ModelBuilder builder =
        ModelController.builder().namespace(Backing.memory(BLOCKS * 512L), 512).faults(storm);
    Setup setup = new Setup(builder, OPTIONS, ENTRIES);
    fill(setup, random);
    setup.model.exclusively(() -> {
      storm.queue = setup.queue.queue();
      storm.calm = false;
    });
    long[] submitted = new long[1];
    boolean[] over = new boolean[1];
    Trouble.until(
        "the end of " + seed,
        () -> over[0] || setup.outcomes.size() == OPERATIONS,
        () -> {
          try {
            while (submitted[0] < OPERATIONS
                && random.nextInt(8) != 0
                && submit(setup, random, submitted[0])) {
              submitted[0]++;
            }
            setup.queue.ring();
            setup.queue.poll(setup.outcomes, 1 + random.nextInt(ENTRIES));
          } catch (NvmeException e) {
            over[0] = true;
            assertTrue(e.getMessage().startsWith("the controller has failed"), seed + ": " + e);
          }
        });
    assertEquals(submitted[0], setup.outcomes.size(), seed);
    assertEquals(0, setup.queue.inFlight(), seed);
    assertGuards(setup, seed);
    boolean failed = setup.controller.recoveries().failed();
    setup.model.exclusively(() -> storm.calm = true);
    try {
      setup.queue.close();
      setup.controller.close();
    } catch (NvmeException e) {
      failed = true; // not an orderly shutdown
    } finally {
      setup.model.close();
    }
    return !failed;
  }

  @Test
  void eachCommandEndsOnceWhateverTheControllerDoes() throws Exception {
    long first = Long.getLong("annulus.seed", System.nanoTime());
    int survived = 0;
    for (int i = 0; i < ROUNDS; i++) {
      survived += round(new Random(first + i), "seed " + (first + i)) ? 1 : 0;
    }
    System.out.printf("storms: %d, of which %d ended well; seed %d%n", ROUNDS, survived, first);
    assertTrue(survived > 0 && survived < ROUNDS, survived + " of " + ROUNDS + " survived");
  }
}
