// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/** Reads records from Agrona's ring, a batch at a time. */
final class AgronaConsumer implements Worker, MessageHandler {
  /** What gives it its best, after it found less than a batch. */
  private static final int ROUNDS = 512;

  private final int batch;
  private final OneToOneRingBuffer ring;
  private final Spinner spinner = new Spinner(() -> {});
  private long count;
  private long sum;
  private boolean ended;

  private AgronaConsumer(Arguments arguments) throws IOException {
    batch = arguments.number();
    ring = AgronaRing.open(arguments.path(), arguments.number());
  }

  static Worker open(Arguments arguments) throws IOException {
    return new AgronaConsumer(arguments);
  }

  @Override
  public Answer run(double seconds) {
    count = 0;
    sum = 0;
    ended = false;
    while (ring.size() == 0) {
      spinner.spin();
    }
    Stopwatch watch = new Stopwatch(seconds);
    while (!ended) {
      if (ring.read(this, batch) < batch) {
        spinner.spin(ROUNDS);
      }
    }
    return watch.stop(count).with(Answer.SUM, sum);
  }

  @Override
  public void onMessage(int type, MutableDirectBuffer buffer, int at, int length) {
    if (type == AgronaRing.END) {
      ended = true;
      return;
    }
    sum +=
        buffer.getLong(at)
            + buffer.getLong(at + 8)
            + buffer.getLong(at + 16)
            + buffer.getLong(at + 24)
            + buffer.getLong(at + 32)
            + buffer.getLong(at + 40)
            + buffer.getLong(at + 48);
    count++;
  }
}
