// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sessions of clients that write any word, entry and URL, served by a real dispatcher on real
 * shared memory without a switch of process: each entry is answered as the model says, or the
 * session ends for the word that the model names, and takes everything with it that it held.
 */
@Timeout(value = 60, unit = MINUTES)
class HostileMutationTest {
  private static final long[] STARTS = {0, (1L << 32) - 40, Long.MAX_VALUE - 40, -40};
  private static final int MOST_TURNS = 2_000;

  @TempDir Path temporary;

  @Test
  void eachEntryIsAnsweredOrTheSessionEndsForAReason() throws Exception {
    long seed = Mutations.seed(this);
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Integer> ends = new TreeMap<>();
    long share = Mutations.share(20);
    for (long start : STARTS) {
      Path socket = temporary.resolve("s" + start);
      long left = share / STARTS.length;
      try (HostBed bed = new HostBed(socket, start)) {
        while (left > 0) {
          HostileClient client = new HostileClient(random.split(), bed);
          left -= session(client, seed);
          ends.merge(String.valueOf(client.model.violation), 1, Integer::sum);
          client.end();
        }
      }
    }
    System.out.println("sessions by their end: " + ends);
    for (String word : new String[] {"tail", "head", "credit"}) {
      assertTrue(ends.containsKey(word), "no session ended for its " + word + ": " + ends);
    }
  }

  /** Until it ends; answers how many mutations that took. */
  private static long session(HostileClient client, long seed) {
    long made = 0;
    try {
      for (int i = 0; i < MOST_TURNS && client.model.violation == null; i++) {
        made += client.mutate();
        client.turn();
      }
      return made;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("-Dannulus.seed=" + seed, e);
    }
  }
}
