// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;

/** Copies one word to the other whenever it changes. */
final class BareAnswerer implements Worker {
  private final BareWords words;
  private final Spinner spinner = new Spinner(() -> {});
  private long last;

  private BareAnswerer(Arguments arguments) throws IOException {
    words = BareWords.open(arguments.path());
  }

  static Worker open(Arguments arguments) throws IOException {
    return new BareAnswerer(arguments);
  }

  @Override
  public Answer run(double seconds) {
    long count = 0;
    Stopwatch watch = new Stopwatch(seconds);
    do {
      answer();
      count++;
    } while (last != BareCaller.END);
    return watch.stop(count);
  }

  private void answer() {
    long value = words.call();
    while (value == last) {
      spinner.spin();
      value = words.call();
    }
    last = value;
    words.answer(value);
  }
}
