// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.MemorySegment;

/** Takes entries from a peer ring and gives their slots back, a release for each batch. */
final class AnnulusConsumer implements Worker {
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
      if (take() == 0) {
        spinner.spin();
      }
    }
    return watch
        .stop(count)
        .with(Counter.SYSTEM_CALLS.key(), session.systemCalls() - calls)
        .with(Answer.SUM, sum);
  }

  /** Takes a batch, or what is there; answers how many entries that were. */
  private int take() {
    int ready = Math.min(sq.available(), batch);
    if (ready == 0) {
      return 0;
    }
    long total = 0;
    for (int i = 0; i < ready; i++) {
      long at = sq.next();
      if (slots.get(JAVA_LONG, at) == AnnulusProducer.END) {
        ended = true;
        ready = i;
      } else {
        total += read(at);
      }
    }
    sq.release();
    count += ready;
    sum += total;
    return ready;
  }

  private long read(long at) {
    return slots.get(JAVA_LONG, at + 8)
        + slots.get(JAVA_LONG, at + 16)
        + slots.get(JAVA_LONG, at + 24)
        + slots.get(JAVA_LONG, at + 32)
        + slots.get(JAVA_LONG, at + 40)
        + slots.get(JAVA_LONG, at + 48)
        + slots.get(JAVA_LONG, at + 56);
  }
}
