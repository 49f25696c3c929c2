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
import java.nio.file.Path;
import java.util.List;

/** What clients that do nothing cost those that do something. */
final class PeerMany {
  private static final int CLIENTS = 1000;
  private static final int ACTIVE = 10;
  private static final int BATCH = 16;

  /** In flight a client: what a client has credit for where it says nothing. */
  private static final int DEPTH = 64;

  private PeerMany() {}

  static Benchmark benchmark() {
    return new Benchmark(
        "peer-many",
        "one host, " + CLIENTS + " clients of which " + ACTIVE + " are active: an operation",
        List.of(
            comparison("same-depth", DEPTH, "a client"),
            comparison("same-total", DEPTH * ACTIVE, "by the one client as by the ten")));
  }

  /** The one client has as much in flight as each of the ten has, or as all of them. */
  private static Comparison comparison(String name, int depthOfOne, String of) {
    return new Comparison(
        name,
        "one client",
        Unit.TIME,
        Goal.of(1.25, Unit.TIME),
        new Comparison.Setting(
            "clients, host",
            "CPU " + Sides.ACTIVE_CPU + ", host " + Sides.PASSIVE_CPU,
            "the size of null:, batch "
                + BATCH
                + ", "
                + depthOfOne
                + " in flight "
                + of
                + "; all clients in one process"),
        () -> side(CLIENTS, ACTIVE, DEPTH),
        () -> side(1, 1, depthOfOne));
  }

  private static Side side(int clients, int active, int depth) throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Path socket = directory.resolve("socket");
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.SERVING,
            "host",
            JavaCommand.on(Sides.PASSIVE_CPU, Roles.NULL_HOST, socket).words())
        .add(
            ProcessSide.Part.TIMED,
            clients == 1 ? "client" : "clients",
            JavaCommand.on(
                    Sides.ACTIVE_CPU, Roles.MANY_CLIENTS, clients, active, BATCH, depth, socket)
                .words());
  }
}
