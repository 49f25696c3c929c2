// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.CCompiler;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.process.WorkDirectory;
import dev.annulus.bench.work.Roles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Request and answer between two processes that both spin. */
final class PeerRoundTrip {
  private static final int AGRONA_ENTRIES = 64;

  private PeerRoundTrip() {}

  static Benchmark benchmark(CCompiler compiler) {
    return new Benchmark(
        "peer-rtt",
        "request and answer between two processes, both spinning",
        List.of(
            comparison(
                "bare",
                "ping-pong",
                Goal.of(1.10, Unit.TIME),
                "two words in a shared page, each with its own line, Java, release and acquire",
                PeerRoundTrip::bare),
            comparison(
                "agrona",
                "Agrona",
                Goal.of(0.85, Unit.TIME),
                "two OneToOneRingBuffer, records of 64 and 16 bytes, tryClaim in place, bounds"
                    + " checks off",
                PeerRoundTrip::agrona),
            comparison(
                "c",
                "C",
                Goal.none(Unit.TIME),
                "gcc -O2; the ring's own words and entries, without a check",
                () -> inC(compiler))));
  }

  private static Comparison comparison(
      String name, String peer, Goal goal, String notes, Side.Opener other) {
    return new Comparison(
        name,
        peer,
        Unit.TIME,
        goal,
        new Comparison.Setting(
            "caller, answerer", "CPU " + Sides.ACTIVE_CPU + ", " + Sides.PASSIVE_CPU, notes),
        PeerRoundTrip::annulus,
        other);
  }

  private static Side annulus() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object socket = directory.resolve("socket");
    return Sides.pair(
        directory,
        "annulus",
        JavaCommand.on(Sides.PASSIVE_CPU, Roles.ANNULUS_ANSWERER, socket).words(),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.ANNULUS_CALLER, socket).words());
  }

  private static Side bare() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object page = directory.resolve("page");
    return Sides.pair(
        directory,
        "ping-pong",
        JavaCommand.on(Sides.PASSIVE_CPU, Roles.BARE_ANSWERER, page).words(),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.BARE_CALLER, page).words());
  }

  private static Side agrona() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object calls = directory.resolve("calls");
    Object answers = directory.resolve("answers");
    return Sides.pair(
        directory,
        "Agrona",
        JavaCommand.on(Sides.PASSIVE_CPU, Roles.AGRONA_ANSWERER, AGRONA_ENTRIES, calls, answers)
            .forAgrona()
            .words(),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.AGRONA_CALLER, AGRONA_ENTRIES, calls, answers)
            .forAgrona()
            .words());
  }

  private static Side inC(CCompiler compiler) throws IOException {
    Path program = compiler.program("spsc_ring");
    WorkDirectory directory = WorkDirectory.create();
    Path path = directory.resolve("rings");
    return Sides.pair(
        directory,
        "C",
        Sides.words(program, Sides.PASSIVE_CPU, "answerer", path, 1),
        Sides.words(program, Sides.ACTIVE_CPU, "caller", path, 1));
  }
}
