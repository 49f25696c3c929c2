// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.CCompiler;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.work.Roles;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** No-ops through io_uring, by us and by C with liburing. */
final class KernelNops {
  private static final int ENTRIES = 256;
  private static final int CQ_ENTRIES = 4096;
  private static final int CPU = 1;

  private final CCompiler compiler;

  KernelNops(CCompiler compiler) {
    this.compiler = compiler;
  }

  Benchmark benchmark() {
    List<Comparison> cases = IntStream.of(1, 8, 32, 128).mapToObj(this::batch).toList();
    return new Benchmark("kernel-nop", "no-ops through io_uring, batch 1, 8, 32, 128", cases);
  }

  private Comparison batch(int batch) {
    return new Comparison(
        "batch-" + batch,
        "liburing",
        Unit.RATE,
        Goal.of(1, Unit.RATE),
        new Comparison.Setting(
            "nobody",
            "CPU " + CPU,
            "gcc -O2; the same set-up flags (deferred task run, no SQ array); one call a batch"),
        () -> annulus(batch),
        () -> liburing(batch));
  }

  private static Side annulus(int batch) throws IOException {
    return Sides.alone(
        "annulus",
        JavaCommand.on(CPU, Roles.KERNEL_NOP, batch, setupFlags(), ENTRIES, CQ_ENTRIES).words());
  }

  /** The peer of the NVMe driver too. */
  Side liburing(int batch) throws IOException {
    return Sides.alone(
        "kernel_nop",
        Sides.words(compiler.program("kernel_nop"), CPU, batch, setupFlags(), ENTRIES, CQ_ENTRIES));
  }

  /** The {@code IORING_SETUP_*} bits that a ring of ours has on this kernel. */
  private static int setupFlags() throws ErrnoException {
    RingOptions options =
        RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE).withEntries(ENTRIES, CQ_ENTRIES);
    try (Ring ring = Rings.open(options)) {
      return ring.info().setupFlags();
    }
  }
}
