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

/** Request and answer between two processes that both sleep between. */
final class PeerWake {
  private PeerWake() {}

  static Benchmark benchmark(CCompiler compiler) {
    return new Benchmark(
        "peer-wake",
        "request and answer between two processes, both sleeping between",
        List.of(
            comparison(compiler, "two-processors", Sides.PASSIVE_CPU),
            // No processor has to be woken: what is left is the software's own cost.
            comparison(compiler, "one-processor", Sides.ACTIVE_CPU)));
  }

  private static Comparison comparison(CCompiler compiler, String name, int answererCpu) {
    return new Comparison(
        name,
        "futex",
        Unit.TIME,
        Goal.of(1.15, Unit.TIME),
        new Comparison.Setting(
            "nobody",
            "CPU " + Sides.ACTIVE_CPU + ", " + answererCpu,
            "gcc -O2; two words in a shared page, FUTEX_WAIT and FUTEX_WAKE"),
        () -> annulus(answererCpu),
        () -> futex(compiler, answererCpu));
  }

  private static Side annulus(int answererCpu) throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Object socket = directory.resolve("socket");
    return Sides.pair(
        directory,
        "annulus",
        JavaCommand.on(answererCpu, Roles.ANNULUS_SLEEPING_ANSWERER, socket).words(),
        JavaCommand.on(Sides.ACTIVE_CPU, Roles.ANNULUS_SLEEPING_CALLER, socket).words());
  }

  private static Side futex(CCompiler compiler, int answererCpu) throws IOException {
    Path program = compiler.program("futex_ping_pong");
    WorkDirectory directory = WorkDirectory.create();
    Path page = directory.resolve("page");
    return Sides.pair(
        directory,
        "futex_ping_pong",
        Sides.words(program, answererCpu, "answerer", page),
        Sides.words(program, Sides.ACTIVE_CPU, "caller", page));
  }
}
