// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/** Takes entries from a peer ring and gives their slots back, a release for each batch. */
final class AnnulusConsumer implements Worker {
  /** Nearer than this many entries, the producer is let run ahead. */
  private static final int NEAR = 512;

  /** For about 10 µs. */
  private static final int ROUNDS = 256;

  private final OneSession server;
  private final Spinner spinner;
  private final int batch;
  private Consumer sq;
  private MemorySegment slots;
  private long count;
  private long sum;
  private boolean ended;

  private AnnulusConsumer(Arguments arguments) throws ErrnoException {
    batch = arguments.number();
    server = OneSession.listen(arguments.path());
    spinner = new Spinner(server::check);
  }

  static Worker open(Arguments arguments) throws ErrnoException {
    return new AnnulusConsumer(arguments);
  }

  @Override
  public Answer run(double seconds) {
    PeerSession session = server.session();
    sq = session.sq();
    slots = sq.slots();
    count = 0;
    sum = 0;
    ended = false;
    while (sq.available() == 0) {
      spinner.spin();
    }
    long calls = session.systemCalls();
    Stopwatch watch = new Stopwatch(seconds);
    while (!ended) {
      take();
    }
    return watch
        .stop(count)
        .with(Counter.SYSTEM_CALLS.key(), session.systemCalls() - calls)
        .with(Answer.SUM, sum);
  }

  /**
   * What can be taken. A producer that is near gets a moment to run ahead: whoever reads its tail
   * after each entry, or the lines that it is about to write, takes them away from it, which costs
   * both sides more than the wait.
   */
  private int ready() {
    int ready = sq.available();
    if (ready < NEAR) {
      spinner.spin(ROUNDS);
      ready = sq.refresh();
    }
    return Math.min(ready, batch);
  }

  /** Takes a batch, or what is there. */
  private void take() {
    int ready = ready();
    long total = 0;
    long first = sq.next(ready);
    for (int i = 0; i < ready; i++) {
      long at = first >= 0 ? first + i * SqEntry.SIZE : sq.next();
      MemorySegment entry = slots.asSlice(at, SqEntry.SIZE); // one check of bounds for all
      if (entry.get(JAVA_LONG, 0) == AnnulusProducer.END) {
        ended = true;
        ready = i;
      } else {
        total += read(entry);
      }
    }
    sq.release();
    count += ready;
    sum += total;
  }

  private static long read(MemorySegment entry) {
    return entry.get(JAVA_LONG, 8)
        + entry.get(JAVA_LONG, 16)
        + entry.get(JAVA_LONG, 24)
        + entry.get(JAVA_LONG, 32)
        + entry.get(JAVA_LONG, 40)
        + entry.get(JAVA_LONG, 48)
        + entry.get(JAVA_LONG, 56);
  }
}
