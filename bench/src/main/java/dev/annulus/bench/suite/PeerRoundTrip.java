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

/** Request and answer between two processes that both spin. */
final class PeerRoundTrip {
  private static final int AGRONA_ENTRIES = 64;

  private PeerRoundTrip() {}

  static Benchmark benchmark() {
    return new Benchmark(
        "peer-rtt",
        "request and answer between two processes, both spinning",
        List.of(
            comparison(
                "bare",
                "ping-pong",
                1.10,
                "two words in a shared page, each with its own line, Java, release and acquire",
                PeerRoundTrip::bare),
            comparison(
                "agrona",
                "Agrona",
                0.85,
                "two OneToOneRingBuffer, records of 64 and 16 bytes, tryClaim in place, bounds"
                    + " checks off",
                PeerRoundTrip::agrona)));
  }

  private static Comparison comparison(
      String name, String peer, double goal, String notes, Side.Opener other) {
    return new Comparison(
        name,
        peer,
        Unit.TIME,
        Goal.of(goal, Unit.TIME),
        new Comparison.Setting(
            "caller, answerer", "CPU " + Sides.ACTIVE_CPU + ", " + Sides.PASSIVE_CPU, notes),
        PeerRoundTrip::annulus,
        other);
  }

  private static Side annulus() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object socket = directory.resolve("socket");
    return pair(
        directory,
        "annulus",
        JavaCommand.on(Sides.PASSIVE_CPU, Roles.ANNULUS_ANSWERER, socket),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.ANNULUS_CALLER, socket));
  }

  private static Side bare() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object page = directory.resolve("page");
    return pair(
        directory,
        "ping-pong",
        JavaCommand.on(Sides.PASSIVE_CPU, Roles.BARE_ANSWERER, page),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.BARE_CALLER, page));
  }

  private static Side agrona() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object calls = directory.resolve("calls");
    Object answers = directory.resolve("answers");
    return pair(
        directory,
        "Agrona",
        JavaCommand.on(Sides.PASSIVE_CPU, Roles.AGRONA_ANSWERER, AGRONA_ENTRIES, calls, answers)
            .forAgrona(),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.AGRONA_CALLER, AGRONA_ENTRIES, calls, answers)
            .forAgrona());
  }

  private static Side pair(
      WorkDirectory directory, String label, JavaCommand answerer, JavaCommand caller)
      throws IOException {
    return new ProcessSide(directory)
        .add(ProcessSide.Part.UNTIMED, label + " answerer", answerer.words())
        .add(ProcessSide.Part.TIMED, label + " caller", caller.words());
  }
}
