// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import java.io.IOException;
import java.util.List;

/** Sides of one or two processes. */
final class Sides {
  /** The processor of whoever starts things: producer, caller, reader. */
  static final int ACTIVE_CPU = 1;

  /** The processor of whoever answers: consumer, answerer, host. */
  static final int PASSIVE_CPU = 0;

  private Sides() {}

  /** One process. */
  static ProcessSide alone(String label, List<String> command) throws IOException {
    return new ProcessSide(WorkDirectory.create()).add(ProcessSide.Part.TIMED, label, command);
  }
}
