// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A slot is the producer's again when the consumer has read it, not before. */
public final class Reuse {
  private Reuse() {}

  /** One slot, between processes. */
  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "not free in time")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "written after it was read")
  @Outcome(expect = FORBIDDEN, desc = "a slot that was written while it was read")
  public static class Wide extends Scene {
    /** Starts. */
    public Wide() {
      super(Shape.WIDE, 1, -1, 1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(2);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(1);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** One slot, with the kernel. */
  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "not free in time")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "written after it was read")
  @Outcome(expect = FORBIDDEN, desc = "a slot that was written while it was read")
  public static class Narrow extends Scene {
    /** Starts. */
    public Narrow() {
      super(Shape.NARROW, 1, (1L << 32) - 1, 1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(2);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(1);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** One slot, named by an array. */
  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "not free in time")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "written after it was read")
  @Outcome(expect = FORBIDDEN, desc = "a slot that was written while it was read")
  public static class WideArray extends Scene {
    /** Starts. */
    public WideArray() {
      super(Shape.WIDE_ARRAY, 1, 0, 1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(2);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(1);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** An entry that is put back is taken again, before its slot is reused. */
  @JCStressTest
  @State
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "not free in time")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "written after it was read")
  @Outcome(expect = FORBIDDEN, desc = "a slot that was written while it was read")
  public static class PutBack extends Scene {
    /** Starts. */
    public PutBack() {
      super(Shape.WIDE, 1, 0, 1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(2);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      take(1);
      consumer.putBack();
      seen.r1 = poll(1);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** Two slots are given back by one release. */
  @JCStressTest
  @State
  @Outcome(id = "12, 0", expect = ACCEPTABLE, desc = "not free in time")
  @Outcome(id = "12, 34", expect = ACCEPTABLE, desc = "both")
  @Outcome(expect = FORBIDDEN, desc = "one of two")
  public static class Together extends Scene {
    /** Starts. */
    public Together() {
      super(Shape.WIDE, 2, 0, 1, 2);
    }

    /** The producer. */
    @Actor
    public void produces() {
      long at = producer.claim(2);
      if (at >= 0) {
        write(at, 3);
        write(at + 64, 4);
        producer.publish();
      }
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(2);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** Three entries through two slots, taken meanwhile: in order, what found room. */
  @JCStressTest
  @State
  @Outcome(id = "0, 12", expect = ACCEPTABLE, desc = "the consumer was first")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the third found no room")
  @Outcome(id = "1, 23", expect = ACCEPTABLE, desc = "it did")
  @Outcome(id = "12, 0", expect = ACCEPTABLE, desc = "the third found no room")
  @Outcome(id = "12, 3", expect = ACCEPTABLE, desc = "it did")
  @Outcome(id = "123, 0", expect = ACCEPTABLE, desc = "all")
  @Outcome(expect = FORBIDDEN, desc = "out of order, lost or torn")
  public static class Flow extends Scene {
    /** Starts. */
    public Flow() {
      super(Shape.WIDE, 2, Long.MAX_VALUE);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
      send(2);
      send(3);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(1);
      long second = poll(1);
      seen.r1 = second == 0 ? seen.r1 : seen.r1 * 10 + second;
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** What is free only grows while nothing is claimed. */
  @JCStressTest
  @State
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "none")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one")
  @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "both")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "then both")
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "both")
  @Outcome(expect = FORBIDDEN, desc = "less than before")
  public static class HeadGrows extends Scene {
    /** Starts. */
    public HeadGrows() {
      super(Shape.WIDE, 2, 0, 1, 2);
    }

    /** The producer. */
    @Actor
    public void produces(JJ_Result seen) {
      seen.r1 = producer.refreshFree();
      seen.r2 = producer.refreshFree();
    }

    /** The consumer. */
    @Actor
    public void consumes() {
      poll(1);
      poll(1);
    }
  }

  /** What can be taken only grows while nothing is taken. */
  @JCStressTest
  @State
  @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "none")
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one")
  @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "both")
  @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "then both")
  @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "both")
  @Outcome(expect = FORBIDDEN, desc = "less than before")
  public static class TailGrows extends Scene {
    /** Starts. */
    public TailGrows() {
      super(Shape.NARROW, 2, (1L << 32) - 1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
      send(2);
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = consumer.refresh();
      seen.r2 = consumer.refresh();
    }
  }
}
