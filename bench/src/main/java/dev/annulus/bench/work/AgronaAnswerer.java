// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/** Reads a record from one of Agrona's rings, answers it by another, and so on. */
final class AgronaAnswerer implements Worker, MessageHandler {
  /** An answer is as large as our completion, with Agrona's header of 8 bytes. */
  private static final int LENGTH = Long.BYTES;

  private final OneToOneRingBuffer calls;
  private final OneToOneRingBuffer answers;
  private final Spinner spinner = new Spinner(() -> {});
  private boolean ended;

  private AgronaAnswerer(Arguments arguments) throws IOException {
    int entries = arguments.number();
    calls = AgronaRing.open(arguments.path(), entries);
    answers = AgronaRing.open(arguments.path(), entries);
  }

  static Worker open(Arguments arguments) throws IOException {
    return new AgronaAnswerer(arguments);
  }

  @Override
  public Answer run(double seconds) {
    ended = false;
    long count = 0;
    Stopwatch watch = new Stopwatch(seconds);
    while (!ended) {
      while (calls.read(this, 1) == 0) {
        spinner.spin();
      }
      count++;
    }
    return watch.stop(count);
  }

  @Override
  public void onMessage(int type, MutableDirectBuffer buffer, int at, int length) {
    int answer = answers.tryClaim(type, LENGTH);
    answers.buffer().putLong(answer, buffer.getLong(at));
    answers.commit(answer);
    ended = type == AgronaCaller.END;
  }
}
