// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;

/** Writes a word, waits until the other one is the same, and so on. */
final class BareCaller implements Worker {
  /** Ends a run: the answerer goes back to waiting for commands. */
  static final long END = -1;

  private final BareWords words;
  private final Spinner spinner = new Spinner(() -> {});

  private BareCaller(Arguments arguments) throws IOException {
    words = BareWords.open(arguments.path());
  }

  static Worker open(Arguments arguments) throws IOException {
    return new BareCaller(arguments);
  }

  @Override
  public Answer run(double seconds) {
    long value = 0;
    Stopwatch watch = new Stopwatch(seconds);
    do {
      for (int i = 0; i < AnnulusCaller.ROUNDS_A_CLOCK; i++) {
        call(++value);
      }
    } while (watch.running());
    Answer answer = watch.stop(value);
    call(END);
    return answer;
  }

  private void call(long value) {
    words.call(value);
    while (words.answer() != value) {
      spinner.spin();
    }
  }
}
