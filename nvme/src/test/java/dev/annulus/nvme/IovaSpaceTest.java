// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Addresses behind an IOMMU. */
class IovaSpaceTest {
  private static final long PAGE = 4096;

  /** As QEMU's emulated IOMMU tells them. */
  private static IovaSpace emulated() {
    return new IovaSpace(0, 0xfedf_ffffL, 0xfef0_0000L, 0x7f_ffff_ffffL);
  }

  @Test
  void neverGivesNull() {
    assertEquals(PAGE, emulated().take(1, PAGE));
  }

  @Test
  void keepsAPageBetweenTwo() {
    IovaSpace space = emulated();
    assertEquals(PAGE, space.take(PAGE + 1, PAGE));
    assertEquals(4 * PAGE, space.take(PAGE, PAGE));
  }

  @Test
  void leavesOutWhatIsReserved() {
    IovaSpace space = emulated();
    long size = 0xfee0_0000L;
    assertEquals(0xfef0_0000L, space.take(size, PAGE), "the first range is a page too short");
    assertEquals(PAGE, space.take(size - 2 * PAGE, PAGE));
  }

  @Test
  void aligns() {
    IovaSpace space = emulated();
    assertEquals(1 << 21, space.take(PAGE, 1 << 21));
    assertEquals(PAGE, space.take(PAGE, PAGE), "what was passed over is not lost");
  }

  @Test
  void tellsWhenThereIsNoMore() {
    IovaSpace space = new IovaSpace(0, 8 * PAGE - 1);
    assertEquals(-1, space.take(7 * PAGE, PAGE));
    assertEquals(PAGE, space.take(6 * PAGE, PAGE));
    assertEquals(-1, space.take(1, PAGE));
    space.give(PAGE, 6 * PAGE);
    assertEquals(PAGE, space.take(6 * PAGE, PAGE));
  }

  @Test
  void rangesThatMakeNoSense() {
    assertEquals(-1, new IovaSpace().take(1, PAGE));
    assertEquals(-1, new IovaSpace(5 * PAGE, PAGE).take(1, PAGE), "ends before it begins");
    assertEquals(-1, new IovaSpace(-PAGE, -1).take(1, PAGE), "above all sums");
    assertEquals(PAGE, new IovaSpace(0, -1).take(1L << 60, PAGE), "all 64 bits");
    assertEquals(-1, new IovaSpace(PAGE + 1, 3 * PAGE - 2).take(1, PAGE), "no whole page");
  }

  @Test
  void whatIsGivenBackGrowsTogether() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    IovaSpace space = new IovaSpace(0, (1 << 20) * PAGE - 1);
    List<long[]> taken = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(3) > 0) {
        long bytes = 1 + random.nextLong(16 * PAGE);
        long alignment = PAGE << random.nextInt(6);
        long start = space.take(bytes, alignment);
        assertEquals(0, start % alignment, "seed " + seed);
        for (long[] other : taken) {
          assertTrue(start >= other[0] + other[1] || start + bytes <= other[0], "seed " + seed);
        }
        taken.add(new long[] {start, bytes});
      } else if (!taken.isEmpty()) {
        long[] one = taken.remove(random.nextInt(taken.size()));
        space.give(one[0], one[1]);
      }
      if (taken.size() == 200) {
        taken.forEach(one -> space.give(one[0], one[1]));
        taken.clear();
      }
    }
    taken.forEach(one -> space.give(one[0], one[1]));
    assertEquals(PAGE, space.take(((1 << 20) - 2) * PAGE, PAGE), "seed " + seed);
  }
}
