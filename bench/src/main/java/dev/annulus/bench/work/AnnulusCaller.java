// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.WaitStrategy;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Producer;
import dev.annulus.ring.SqEntry;
import java.io.IOException;

/** Submits one entry, waits for its completion, and so on. */
final class AnnulusCaller implements Worker {
  /** An opcode of the application: to be answered. */
  static final int CALL = 0xC0;

  /** An opcode of the application: the run is over. */
  static final int END = 0xC1;

  static final int ROUNDS_A_CLOCK = 256;

  private final PeerRing ring;
  private final Producer sq;
  private final Consumer cq;

  private AnnulusCaller(Arguments arguments, WaitStrategy waiting) throws IOException {
    ring = PeerRing.attach(arguments.path(), PeerOptions.DEFAULT.withWaiting(waiting));
    sq = ring.sq();
    cq = ring.cq();
  }

  static Worker open(Arguments arguments) throws IOException {
    return new AnnulusCaller(arguments, WaitStrategy.BUSY_SPIN);
  }

  static Worker openSleeping(Arguments arguments) throws IOException {
    return new AnnulusCaller(arguments, WaitStrategy.PARK);
  }

  @Override
  public Answer run(double seconds) throws PeerGoneException, InterruptedException {
    long calls = ring.systemCalls();
    long tag = 0;
    Stopwatch watch = new Stopwatch(seconds);
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        call(CALL, tag++);
      }
    } while (watch.running());
    Answer answer = watch.stop(tag);
    call(END, tag);
    return answer.with(Counter.SYSTEM_CALLS.key(), ring.systemCalls() - calls);
  }

  private void call(int opcode, long tag) throws PeerGoneException, InterruptedException {
    SqEntry.fill(sq.slots(), sq.claim(), opcode, -1, 0, 0, 0, tag);
    ring.submit();
    ring.await(1, 0);
    long answer = CqEntry.userData(cq.slots(), cq.next());
    cq.release();
    if (answer != tag) {
      throw new IllegalStateException("answer " + answer + " to " + tag);
    }
  }
}
