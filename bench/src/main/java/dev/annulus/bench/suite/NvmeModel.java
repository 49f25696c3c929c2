// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.work.Roles;
import java.util.List;

/** The NVMe driver's own cost, against what C pays for asking the kernel nothing. */
final class NvmeModel {
  private static final int BATCH = 32;
  private static final int CPU = 1;
  private static final double MOST_NANOS = 100;
  private static final double MOST_ALONE = 0.5;

  private NvmeModel() {}

  static Benchmark benchmark(KernelNops nops) {
    return new Benchmark(
        "nvme-driver",
        "submit and complete one read, batch 32, against a controller model that completes at once",
        List.of(
            new Comparison(
                "",
                "liburing no-op",
                Unit.TIME,
                new Goal(1, Unit.TIME, MOST_NANOS),
                new Comparison.Setting(
                    "nobody",
                    "CPU " + CPU,
                    "the model's own work is in our time; one doorbell a batch and queue"),
                () ->
                    Sides.alone(
                        "driver and model", JavaCommand.on(CPU, Roles.NVME_DRIVER, BATCH).words()),
                () -> nops.liburing(BATCH)),
            new Comparison(
                "driver-alone",
                "liburing no-op",
                Unit.TIME,
                new Goal(MOST_ALONE, Unit.TIME, MOST_NANOS),
                new Comparison.Setting(
                    "nobody",
                    "CPU " + CPU,
                    "the device only writes completions; one doorbell a batch and queue"),
                () ->
                    Sides.alone(
                        "driver", JavaCommand.on(CPU, Roles.NVME_DRIVER_ALONE, BATCH).words()),
                () -> nops.liburing(BATCH))));
  }
}
