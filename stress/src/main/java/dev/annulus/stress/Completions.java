// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.CqReader;
import dev.annulus.ring.CqWriter;
import dev.annulus.ring.Producer;
import dev.annulus.ring.QueueLayout;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Completions of both sizes arrive whole. */
public final class Completions {
  private Completions() {}

  /**
   * A completion queue of four, whose completions are told as digits: 9 is one that is not whole.
   */
  abstract static class Queue implements CompletionHandler {
    private final Producer producer;
    private final Consumer consumer;
    private final CqWriter writer;
    private final CqReader reader;
    private long digits;

    Queue(long start) {
      MemorySegment produced = MemorySegment.ofArray(new long[] {start});
      MemorySegment consumed = MemorySegment.ofArray(new long[16]);
      consumed.set(JAVA_LONG, 0, start);
      MemorySegment slots = MemorySegment.ofArray(new long[4 * CqEntry.SIZE / 8]);
      QueueLayout layout =
          new QueueLayout(produced, 0, consumed, 0, 64, slots, 0, 4, CqEntry.SIZE, true);
      producer = new Producer(layout);
      consumer = new Consumer(layout);
      writer = new CqWriter(producer);
      reader = new CqReader(consumer);
    }

    /** A result that needs 64 bits has two slots, and says the digit in both. */
    final void post(int digit, boolean extended) {
      writer.post(digit, extended ? (long) digit << 32 : digit);
      producer.publish();
    }

    @Override
    public void completed(long userData, int result, int flags) {
      digits = digits * 10 + (result == userData ? result : 9);
    }

    @Override
    public void completedExtended(long userData, int result, int flags, long extra1, long extra2) {
      digits = digits * 10 + (extra1 == userData << 32 ? userData : 9);
    }

    final long reap() {
      digits = 0;
      reader.take(this, consumer.refresh(), Integer.MAX_VALUE);
      consumer.release();
      return digits;
    }
  }

  /** One slot. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Plain extends Queue {
    /** Starts. */
    public Plain() {
      super(0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      post(1, false);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = reap();
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = reap();
    }
  }

  /** Two slots, one publish. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Extended extends Queue {
    /** Starts. */
    public Extended() {
      super(0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      post(1, true);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = reap();
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = reap();
    }
  }

  /** Two slots that begin anew behind a filler, past 2^64. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Filled extends Queue {
    /** Starts. */
    public Filled() {
      super(-1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      post(1, true);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = reap();
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = reap();
    }
  }

  /** One of each, the second in the last slot and the first. */
  @JCStressTest
  @State
  @Outcome(id = "0, 12", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "between")
  @Outcome(id = "12, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Both extends Queue {
    /** Starts. */
    public Both() {
      super(-2);
    }

    /** The producer. */
    @Actor
    public void produces() {
      post(1, false);
      post(2, true);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = reap();
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = reap();
    }
  }
}
