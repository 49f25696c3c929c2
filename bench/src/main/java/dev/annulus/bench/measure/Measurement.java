// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a comparison: both sides in turn, warm-up first. */
public final class Measurement {
  /** Two runs that differ less are warm. */
  private static final double STEADY = 0.03;

  private static final int LEAST_WARM_UPS = 4;

  private final Plan plan;
  private final Consumer<String> progress;

  /**
   * Prepares measurements.
   *
   * @param plan how long
   * @param progress told what is being done, a line each
   */
  public Measurement(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Measures one case.
   *
   * @param comparison the case
   * @return its result, complete
   * @throws IOException where a side cannot be set up or fails; nothing is known of the ratio then
   */
  public Result run(Comparison comparison) throws IOException {
    progress.accept("starting");
    try (Side annulus = comparison.annulus().open();
        Side other = comparison.other().open()) {
      warmUp(comparison.unit(), annulus, other);
      List<Pair> pairs = new ArrayList<>();
      for (int i = 1; i <= plan.pairs(); i++) {
        progress.accept("pair " + i + " of " + plan.pairs());
        Sample ours = annulus.run(plan.slice());
        pairs.add(new Pair(ours, other.run(plan.slice())));
      }
      return new Result(comparison, pairs);
    }
  }

  /** Until neither side gets faster any more: compilers are done. */
  private void warmUp(Unit unit, Side annulus, Side other) throws IOException {
    double ours = 0;
    double others = 0;
    for (int i = 1; i <= plan.warmUps(); i++) {
      progress.accept("warm-up " + i);
      double oursNow = unit.value(annulus.run(plan.warmUp()));
      double othersNow = unit.value(other.run(plan.warmUp()));
      boolean steady = near(ours, oursNow) && near(others, othersNow);
      if (steady && i >= LEAST_WARM_UPS) {
        return;
      }
      ours = oursNow;
      others = othersNow;
    }
  }

  private static boolean near(double before, double now) {
    return Math.abs(now - before) <= STEADY * before;
  }
}
