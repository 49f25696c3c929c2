// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerSession;
import dev.annulus.peer.WaitStrategy;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Producer;
import dev.annulus.ring.SqEntry;

/** Takes an entry, completes it, and so on. */
final class AnnulusAnswerer implements Worker {
  private final OneSession server;
  private final WaitStrategy waiting;
  private PeerSession session;
  private Consumer sq;
  private Producer cq;
  private boolean ended;

  private AnnulusAnswerer(Arguments arguments, WaitStrategy waiting) throws ErrnoException {
    this.waiting = waiting;
    server = OneSession.listen(arguments.path());
  }

  static Worker open(Arguments arguments) throws ErrnoException {
    return new AnnulusAnswerer(arguments, WaitStrategy.BUSY_SPIN);
  }

  static Worker openSleeping(Arguments arguments) throws ErrnoException {
    return new AnnulusAnswerer(arguments, WaitStrategy.PARK);
  }

  @Override
  public Answer run(double seconds) throws PeerGoneException, InterruptedException {
    session = server.session();
    sq = session.sq();
    cq = session.cq();
    ended = false;
    long calls = session.systemCalls();
    Stopwatch watch = new Stopwatch(seconds);
    long count = 0;
    while (!ended) {
      answer();
      count++;
    }
    return watch.stop(count).with(Counter.SYSTEM_CALLS.key(), session.systemCalls() - calls);
  }

  private void answer() throws PeerGoneException, InterruptedException {
    session.await(1, 0, waiting);
    long at = sq.next();
    ended = SqEntry.opcode(sq.slots(), at) == AnnulusCaller.END;
    long tag = SqEntry.userData(sq.slots(), at);
    sq.release();
    CqEntry.fill(cq.slots(), cq.claim(), tag, 0, 0);
    session.complete();
  }
}
