// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Sides of one or two processes. */
final class Sides {
  /** The processor of whoever starts things: producer, caller, reader. */
  static final int ACTIVE_CPU = 1;

  /** The processor of whoever answers: consumer, answerer, host. */
  static final int PASSIVE_CPU = 0;

  private Sides() {}

  /** A command line: the program and its arguments. */
  static List<String> words(Object... words) {
    return Arrays.stream(words).map(Object::toString).toList();
  }

  /** One process. */
  static ProcessSide alone(String label, List<String> command) throws IOException {
    return new ProcessSide(WorkDirectory.create()).add(ProcessSide.Part.TIMED, label, command);
  }

  /** Two processes, of which the caller is timed and drives the other. */
  static ProcessSide pair(
      WorkDirectory directory, String label, List<String> answerer, List<String> caller)
      throws IOException {
    return new ProcessSide(directory)
        .add(ProcessSide.Part.UNTIMED, label + " answerer", answerer)
        .add(ProcessSide.Part.TIMED, label + " caller", caller);
  }
}
