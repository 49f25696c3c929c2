// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench;

import dev.annulus.bench.process.CCompiler;
import dev.annulus.bench.suite.Suite;
import dev.annulus.cli.spi.Extension;

/** Adds {@code bench} to the command. */
public final class BenchExtension implements Extension {
  /** For the service loader. */
  public BenchExtension() {}

  @Override
  public Object command() {
    return new BenchCommand(Suite.all(CCompiler.onPath()));
  }
}
