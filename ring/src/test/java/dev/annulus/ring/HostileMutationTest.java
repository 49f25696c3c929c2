// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Millions of lies, each in the state that the lies and the work before it led to: every one is
 * believed or named as the model says, nothing else is thrown, no word of the other side is
 * written, and no slot outside is handed out.
 */
@Timeout(value = 60, unit = MINUTES)
class HostileMutationTest {
  /** After so many lies a new queue, of another size, width and start. */
  private static final int A_QUEUE = 512;

  @Test
  void consumerOfAProducerThatLies() {
    long seed = Mutations.seed(this);
    long violations = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (long left = Mutations.share(35); left > 0; left -= A_QUEUE) {
      HostileProducer peer = new HostileProducer(random.split());
      try {
        for (int i = 0; i < A_QUEUE; i++) {
          peer.step();
        }
        peer.assertOnlyOwnWords();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(peer + ", -Dannulus.seed=" + seed, e);
      }
      violations += peer.violations;
    }
    assertTrue(violations > 0, "the lies were too kind");
  }

  @Test
  void producerForAConsumerThatLies() {
    long seed = Mutations.seed(this);
    long violations = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (long left = Mutations.share(35); left > 0; left -= A_QUEUE) {
      HostileConsumer peer = new HostileConsumer(random.split());
      try {
        for (int i = 0; i < A_QUEUE; i++) {
          peer.step();
        }
        peer.assertOnlyOwnWords();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(peer + ", -Dannulus.seed=" + seed, e);
      }
      violations += peer.violations;
    }
    assertTrue(violations > 0, "the lies were too kind");
  }

  @Test
  void readerOfCompletionsThatLie() {
    long seed = Mutations.seed(this);
    long violations = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (long left = Mutations.share(5); left > 0; ) {
      HostileCompletions peer = new HostileCompletions(random.split());
      try {
        while (!peer.violated && left > 0) {
          left -= peer.step();
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(peer + ", -Dannulus.seed=" + seed, e);
      }
      violations += peer.violated ? 1 : 0;
    }
    assertTrue(violations > 0, "the lies were too kind");
  }
}
