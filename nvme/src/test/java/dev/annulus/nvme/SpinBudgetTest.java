// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpinBudgetTest {
  private final SpinBudget budget = new SpinBudget();

  private void took(int times, long nanos) {
    for (int i = 0; i < times; i++) {
      budget.took(nanos);
    }
  }

  @Test
  void spinsAsLongAsCompletionsUsuallyTakeAndHalfAsLongAgain() {
    took(100, 20_000);
    assertEquals(30_000, budget.nanos(), 100);
  }

  @Test
  void whereTheyComeAtOnceOneMayBeLate() {
    took(100, 200);
    assertEquals(SpinBudget.LEAST_NANOS, budget.nanos());
  }

  @Test
  void whereTheyTakeLongerThanASleepCostsItLooksOnlyNowAndThen() {
    took(100, 10_000_000);
    int looks = 0;
    for (int i = 0; i < 10 * SpinBudget.PROBE_EVERY; i++) {
      long nanos = budget.nanos();
      assertTrue(nanos == 0 || nanos == SpinBudget.MOST_NANOS, nanos + " ns");
      looks += nanos == 0 ? 0 : 1;
    }
    assertEquals(10, looks);
  }

  @Test
  void aSingleLongOneChangesLittleAndAFasterDeviceIsNoticed() {
    took(100, 5_000);
    took(1, 3_600_000_000_000L);
    assertTrue(budget.nanos() > 0 && budget.nanos() <= SpinBudget.MOST_NANOS);
    took(100, 10_000_000);
    assertEquals(0, budget.nanos());
    took(30, 5_000);
    assertTrue(budget.nanos() > 0);
  }
}
