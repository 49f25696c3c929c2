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

/** A publish makes all entries before it visible at once, in their order. */
public final class Batches {
  private Batches() {}

  /** Three entries, one publish. */
  @JCStressTest
  @State
  @Outcome(id = "0, 123", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "123, 0", expect = ACCEPTABLE, desc = "all at once")
  @Outcome(expect = FORBIDDEN, desc = "a part of a batch")
  public static class Wide extends Scene {
    /** Starts. */
    public Wide() {
      super(Shape.WIDE, 4, -1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      put(1);
      put(2);
      put(3);
      producer.publish();
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(3);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** The same with the kernel. */
  @JCStressTest
  @State
  @Outcome(id = "0, 123", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "123, 0", expect = ACCEPTABLE, desc = "all at once")
  @Outcome(expect = FORBIDDEN, desc = "a part of a batch")
  public static class Narrow extends Scene {
    /** Starts. */
    public Narrow() {
      super(Shape.NARROW, 4, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      put(1);
      put(2);
      put(3);
      producer.publish();
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(3);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** Claimed as one. */
  @JCStressTest
  @State
  @Outcome(id = "0, 123", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "123, 0", expect = ACCEPTABLE, desc = "all at once")
  @Outcome(expect = FORBIDDEN, desc = "a part of a batch")
  public static class InARow extends Scene {
    /** Starts. */
    public InARow() {
      super(Shape.WIDE, 4, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      long at = producer.claim(3);
      write(at, 1);
      write(at + 64, 2);
      write(at + 128, 3);
      producer.publish();
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(3);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** With an indirect array. */
  @JCStressTest
  @State
  @Outcome(id = "0, 123", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "123, 0", expect = ACCEPTABLE, desc = "all at once")
  @Outcome(expect = FORBIDDEN, desc = "a part of a batch")
  public static class WideArray extends Scene {
    /** Starts. */
    public WideArray() {
      super(Shape.WIDE_ARRAY, 4, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      put(1);
      put(2);
      put(3);
      producer.publish();
    }

    /** The consumer. */
    @Actor
    public void consumes(JJ_Result seen) {
      seen.r1 = poll(3);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }

  /** The order that the array says, and no other. */
  @JCStressTest
  @State
  @Outcome(id = "0, 21", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "21, 0", expect = ACCEPTABLE, desc = "second first")
  @Outcome(expect = FORBIDDEN, desc = "another order")
  public static class Swapped extends Scene {
    /** Starts. */
    public Swapped() {
      super(Shape.WIDE_ARRAY, 4, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      put(1);
      put(2);
      producer.swap(0, 1);
      producer.publish();
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

  /** What was given back before the publish is never seen. */
  @JCStressTest
  @State
  @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "an entry that was given back")
  public static class Unclaimed extends Scene {
    /** Starts. */
    public Unclaimed() {
      super(Shape.WIDE, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      put(1);
      producer.unclaim();
      send(2);
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

  /** Two publishes: none, the first, or both. */
  @JCStressTest
  @State
  @Outcome(id = "0, 12", expect = ACCEPTABLE, desc = "too early")
  @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "between")
  @Outcome(id = "12, 0", expect = ACCEPTABLE, desc = "late")
  @Outcome(expect = FORBIDDEN, desc = "out of order")
  public static class OneByOne extends Scene {
    /** Starts. */
    public OneByOne() {
      super(Shape.WIDE, 4, Long.MAX_VALUE);
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
      seen.r1 = poll(2);
    }

    /** Afterwards. */
    @Arbiter
    public void ends(JJ_Result seen) {
      seen.r2 = rest();
    }
  }
}
