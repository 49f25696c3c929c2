// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/** Sends a record by one of Agrona's rings, waits for the answer by another, and so on. */
final class AgronaCaller implements Worker, MessageHandler {
  /** A call is as large as our entry, with Agrona's header of 8 bytes. */
  private static final int LENGTH = Payload.WORDS * Long.BYTES;

  /** Record type: to be answered. */
  static final int CALL = 1;

  /** Record type: the run is over. */
  static final int END = 2;

  private final OneToOneRingBuffer calls;
  private final OneToOneRingBuffer answers;
  private final Spinner spinner = new Spinner(() -> {});
  private long answer;

  private AgronaCaller(Arguments arguments) throws IOException {
    int entries = arguments.number();
    calls = AgronaRing.open(arguments.path(), entries);
    answers = AgronaRing.open(arguments.path(), entries);
  }

  static Worker open(Arguments arguments) throws IOException {
    return new AgronaCaller(arguments);
  }

  @Override
  public Answer run(double seconds) {
    long tag = 0;
    Stopwatch watch = new Stopwatch(seconds);
    do {
      for (int i = 0; i < AnnulusCaller.ROUNDS_A_CLOCK; i++) {
        call(CALL, tag++);
      }
    } while (watch.running());
    Answer result = watch.stop(tag);
    call(END, tag);
    return result;
  }

  private void call(int type, long tag) {
    int at = calls.tryClaim(type, LENGTH);
    for (int i = 0; i < LENGTH; i += Long.BYTES) {
      calls.buffer().putLong(at + i, tag);
    }
    calls.commit(at);
    while (answers.read(this, 1) == 0) {
      spinner.spin();
    }
    if (answer != tag) {
      throw new IllegalStateException("answer " + answer + " to " + tag);
    }
  }

  @Override
  public void onMessage(int type, MutableDirectBuffer buffer, int at, int length) {
    answer = buffer.getLong(at);
  }
}
