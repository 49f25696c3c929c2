// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.WaitStrategy;
import dev.annulus.ring.Producer;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Submits entries of 64 bytes to a peer ring, so many a publish. */
final class AnnulusProducer implements Worker {
  /** An opcode of the application: an entry to be read. */
  static final long ENTRY = 0xC0;

  /** An opcode of the application: the run is over. */
  static final long END = 0xC1;

  private static final int ENTRIES_A_BURST = 4096;

  private final PeerRing ring;
  private final Producer sq;
  private final MemorySegment slots;
  private final int batch;
  private final Spinner spinner = new Spinner(this::check);

  private AnnulusProducer(Arguments arguments) throws IOException {
    batch = arguments.number();
    int entries = arguments.number();
    ring =
        PeerRing.attach(
            arguments.path(),
            PeerOptions.DEFAULT.withCredit(entries).withWaiting(WaitStrategy.BUSY_SPIN));
    sq = ring.sq();
    slots = sq.slots();
  }

  static Worker open(Arguments arguments) throws IOException {
    return new AnnulusProducer(arguments);
  }

  @Override
  public Answer run(double seconds) {
    Stopwatch watch = new Stopwatch(seconds);
    long calls = ring.systemCalls();
    long count = 0;
    do {
      count = burst(count);
    } while (watch.running());
    slots.set(JAVA_LONG, claim(), END);
    ring.submit();
    return watch
        .stop(count)
        .with(Counter.SYSTEM_CALLS.key(), ring.systemCalls() - calls)
        .with(Answer.SUM, Payload.sum(count));
  }

  private long burst(long first) {
    long value = first;
    long end = first + ENTRIES_A_BURST;
    while (value < end) {
      batch(value);
      value += batch;
      ring.submit();
    }
    return value;
  }

  private void batch(long value) {
    long first = batch > 1 ? sq.claim(batch) : -1;
    for (int i = 0; i < batch; i++) {
      write(first >= 0 ? first + i * SqEntry.SIZE : claim(), value + i);
    }
  }

  private void write(long at, long value) {
    MemorySegment entry = slots.asSlice(at, SqEntry.SIZE); // one check of bounds for all
    entry.set(JAVA_LONG, 0, ENTRY);
    for (int word = 0; word < Payload.WORDS; word++) {
      entry.set(JAVA_LONG, 8L + 8 * word, value + word);
    }
  }

  /** The next slot; spins while the ring is full. */
  private long claim() {
    long at = sq.claim();
    return at >= 0 ? at : claimLater();
  }

  private long claimLater() {
    long at;
    do {
      spinner.spin();
      at = sq.claim();
    } while (at < 0);
    return at;
  }

  private void check() {
    if (ring.gone()) {
      throw new IllegalStateException("the consumer is gone");
    }
  }
}
