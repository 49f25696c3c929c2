// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import dev.annulus.bench.work.Roles;
import java.io.IOException;
import java.util.List;

/** A lease of a pool and its release, against the least that a pool can do. */
final class PoolLease {
  private static final double MOST_RATIO = 200;
  private static final double MOST_NANOS = 200;

  private PoolLease() {}

  static Benchmark benchmark() {
    return new Benchmark(
        "pool-lease",
        "lease a buffer of a region of 64 MiB and release another, 64 out, aligned to the page",
        List.of(comparison("page", false), comparison("mixed", true)));
  }

  private static Comparison comparison(String name, boolean mixed) {
    return new Comparison(
        name,
        "free list",
        Unit.TIME,
        new Goal(MOST_RATIO, Unit.TIME, MOST_NANOS),
        new Comparison.Setting(
            "nobody",
            "CPU " + Sides.ACTIVE_CPU,
            mixed
                ? "1 to 65,536 bytes; the free list's buffers are all of 65,536"
                : "4,096 bytes; the free list's buffers are all of 65,536"),
        () -> side(Roles.POOL_LEASES, mixed),
        () -> side(Roles.FREE_LIST, mixed));
  }

  private static Side side(String role, boolean mixed) throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    JavaCommand command =
        JavaCommand.on(
            Sides.ACTIVE_CPU, role, mixed ? 1 : 0, directory.resolve("socket").toString());
    return new ProcessSide(directory).add(ProcessSide.Part.TIMED, role, command.words());
  }
}
