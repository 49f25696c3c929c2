// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.process.CCompiler;
import java.util.List;

/** All benchmarks that there are. */
public final class Suite {
  private Suite() {}

  /**
   * The benchmarks; nothing is set up yet.
   *
   * @param compiler for the C peers
   * @return in the order they are shown
   */
  public static List<Benchmark> all(CCompiler compiler) {
    KernelNops nops = new KernelNops(compiler);
    return List.of(
        nops.benchmark(),
        FileReads.rate(),
        FileReads.processorTime(),
        PeerThroughput.batches(compiler),
        PeerThroughput.oneByOne(compiler),
        PeerRoundTrip.benchmark(compiler),
        PeerWake.benchmark(compiler),
        PeerMany.benchmark(),
        Forward.benchmark(),
        NvmeModel.benchmark(nops),
        NvmeQemu.benchmark(),
        PoolLease.benchmark());
  }
}
