// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import java.io.IOException;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** Writes records of 64 bytes to Agrona's ring, in place and one by one: it has no batches. */
final class AgronaProducer implements Worker {
  private static final int ENTRIES_A_BURST = 4096;

  private final OneToOneRingBuffer ring;
  private final AtomicBuffer buffer;
  // The parent sees the end of either process, and ends the other.
  private final Spinner spinner = new Spinner(() -> {});

  private AgronaProducer(Arguments arguments) throws IOException {
    ring = AgronaRing.open(arguments.path(), arguments.number());
    buffer = ring.buffer();
  }

  static Worker open(Arguments arguments) throws IOException {
    return new AgronaProducer(arguments);
  }

  @Override
  public Answer run(double seconds) {
    Stopwatch watch = new Stopwatch(seconds);
    long count = 0;
    do {
      count = burst(count);
    } while (watch.running());
    ring.commit(claim(AgronaRing.END));
    return watch.stop(count).with(Answer.SUM, Payload.sum(count));
  }

  private long burst(long first) {
    long value = first;
    for (int i = 0; i < ENTRIES_A_BURST; i++) {
      write(value++);
    }
    return value;
  }

  private void write(long value) {
    int at = claim(AgronaRing.ENTRY);
    buffer.putLong(at, value);
    buffer.putLong(at + 8, value + 1);
    buffer.putLong(at + 16, value + 2);
    buffer.putLong(at + 24, value + 3);
    buffer.putLong(at + 32, value + 4);
    buffer.putLong(at + 40, value + 5);
    buffer.putLong(at + 48, value + 6);
    ring.commit(at);
  }

  private int claim(int type) {
    int at = ring.tryClaim(type, AgronaRing.LENGTH);
    while (at == RingBuffer.INSUFFICIENT_CAPACITY) {
      spinner.spin();
      at = ring.tryClaim(type, AgronaRing.LENGTH);
    }
    return at;
  }
}
