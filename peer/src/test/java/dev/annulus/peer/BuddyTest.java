// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The allocator against a model that marks granules, its bound on steps, and fragmentation. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class BuddyTest {
  private record Taken(int first, int order, int count) {}

  /** Says of each granule whether it is taken, and looks at all of them. */
  private static final class Model {
    final int granules;
    final BitSet taken = new BitSet();

    Model(int granules) {
      this.granules = granules;
    }

    boolean isFree(int first, int count) {
      int next = taken.nextSetBit(first);
      return first + count <= granules && (next < 0 || next >= first + count);
    }

    /** The order of the largest free block, plus 1; 0 where there is none. */
    int largest() {
      for (int order = Buddy.order(granules); order >= 0; order--) {
        for (int first = 0; first < granules; first += 1 << order) {
          if (isFree(first, 1 << order)) {
            return order + 1;
          }
        }
      }
      return 0;
    }
  }

  private static Taken take(Buddy buddy, Model model, int order, int count) {
    boolean possible = model.largest() > order;
    int first = buddy.take(order, count);
    assertEquals(possible, first >= 0, () -> "order " + order + ", count " + count);
    if (first < 0) {
      return null;
    }
    assertEquals(0, first & (1 << order) - 1, "not a multiple of the block's size");
    assertTrue(model.isFree(first, count), () -> count + " granules at " + first + " are taken");
    model.taken.set(first, first + count);
    return new Taken(first, order, count);
  }

  private static void give(Buddy buddy, Model model, Taken taken) {
    buddy.give(taken.first, taken.order, taken.count);
    model.taken.clear(taken.first, taken.first + taken.count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 13, 64, 100, 127, 128, 129, 1000})
  void agreesWithTheModel(int granules) {
    long seed = System.nanoTime();
    System.out.println("BuddyTest: " + granules + " granules, seed " + seed);
    Random random = new Random(seed);
    Buddy buddy = new Buddy(granules);
    Model model = new Model(granules);
    int whole = buddy.largest();
    assertEquals(model.largest(), whole);
    List<Taken> out = new ArrayList<>();
    for (int round = 0; round < 5_000; round++) {
      // Phases that fill and phases that empty, so that both ends are met.
      boolean takes = random.nextInt(100) < (round / 500 % 2 == 0 ? 70 : 30);
      if (takes) {
        int count = 1 + random.nextInt(Math.max(1, granules >> random.nextInt(8)));
        int order = Math.max(Buddy.order(count), random.nextInt(4));
        Taken taken = take(buddy, model, order, count);
        if (taken != null) {
          out.add(taken);
        }
      } else if (!out.isEmpty()) {
        give(buddy, model, out.remove(random.nextInt(out.size())));
      }
      assertEquals(model.largest(), buddy.largest(), "seed " + seed + ", round " + round);
    }
    out.forEach(taken -> give(buddy, model, taken));
    assertEquals(whole, buddy.largest(), "what was given back has not become one again");
    for (int left = granules; left > 0; left--) {
      assertTrue(buddy.take(0, 1) >= 0, "a granule was lost");
    }
    assertEquals(0, buddy.largest());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 7, 10, 16, 20})
  void noCallTakesMoreStepsThanTwiceTheHeight(int height) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int granules = 1 << height;
    Buddy buddy = new Buddy(granules);
    Deque<Taken> out = new ArrayDeque<>();
    long most = 0;
    for (int round = 0; round < 20_000; round++) {
      long before = buddy.steps();
      if (out.size() <= granules / 2 && random.nextInt(8) != 0) {
        // Odd numbers end at a leaf; single ones fill the tree until only one path is left.
        int count = random.nextInt(4) == 0 ? 1 + random.nextInt(granules) | 1 : 1;
        int order = Buddy.order(count);
        int first = buddy.take(order, Math.min(count, 1 << order));
        if (first >= 0) {
          out.add(new Taken(first, order, Math.min(count, 1 << order)));
        }
      } else if (!out.isEmpty()) {
        Taken taken = random.nextBoolean() ? out.removeFirst() : out.removeLast();
        buddy.give(taken.first, taken.order, taken.count);
      }
      most = Math.max(most, buddy.steps() - before);
    }
    long bound = 2L * height + 1;
    assertTrue(most <= bound, () -> "more than " + bound + " steps, seed " + seed);
    assertEquals(bound, most, "the bound is met: so the steps are counted");
  }

  @Test
  void takesOnlyWhatWasAskedForOfABlock() {
    Buddy buddy = new Buddy(16);
    assertEquals(0, buddy.take(4, 9));
    assertEquals(12, buddy.take(2, 4), "4 of the 7 behind are one block");
    assertEquals(10, buddy.take(1, 2));
    assertEquals(9, buddy.take(0, 1));
    assertEquals(-1, buddy.take(0, 1));
    buddy.give(0, 4, 9);
    assertEquals(4, buddy.largest());
    buddy.give(10, 1, 2);
    buddy.give(12, 2, 4);
    buddy.give(9, 0, 1);
    assertEquals(5, buddy.largest());
  }

  /** Leases of one power of two never fragment: each takes exactly a block that another may. */
  @Test
  void equalPowersOfTwoFillTheRegionInAnyOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Buddy buddy = new Buddy(1024);
    List<Integer> out = new ArrayList<>();
    for (int round = 0; round < 20_000; round++) {
      if (random.nextBoolean()) {
        int first = buddy.take(3, 8);
        assertEquals(out.size() < 128, first >= 0, "seed " + seed);
        if (first >= 0) {
          out.add(first);
        }
      } else if (!out.isEmpty()) {
        buddy.give(out.remove(random.nextInt(out.size())), 3, 8);
      }
    }
  }

  /** The worst case, as the decision record says it: one granule in each block is enough. */
  @Test
  void oneGranuleInEachBlockRefusesTheBlock() {
    Buddy buddy = new Buddy(1024);
    for (int i = 0; i < 1024; i++) {
      assertTrue(buddy.take(0, 1) >= 0);
    }
    for (int i = 0; i < 1024; i++) {
      if (i % 64 != 17) {
        buddy.give(i, 0, 1);
      }
    }
    assertEquals(-1, buddy.take(6, 33), "16 of 1,024 granules are out");
    buddy.give(17, 0, 1);
    assertEquals(0, buddy.take(6, 64));
  }

  /** In steady state, with sizes of 1 to 64 granules, a failure comes late. */
  @Test
  void mixedSizesUseMostOfTheRegionBeforeOneFails() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int granules = 1 << 14;
    Buddy buddy = new Buddy(granules);
    List<Taken> out = new ArrayList<>();
    int used = 0;
    double least = 1;
    for (int round = 0; round < 50_000; round++) {
      int count = 1 + random.nextInt(64);
      int order = Buddy.order(count);
      int first = buddy.take(order, count);
      if (first >= 0) {
        out.add(new Taken(first, order, count));
        used += count;
        continue;
      }
      least = Math.min(least, (double) used / granules);
      for (int i = 0; i < 8; i++) {
        Taken taken = out.remove(random.nextInt(out.size()));
        buddy.give(taken.first, taken.order, taken.count);
        used -= taken.count;
      }
    }
    System.out.printf("BuddyTest: least use at a failure %.3f, seed %d%n", least, seed);
    assertTrue(least > 0.6 && least < 1, "least use " + least + ", seed " + seed);
  }
}
