// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Either the producer wakes, or the consumer sees: no sleep over what is there. */
public final class Wakes {
  private Wakes() {}

  /** One entry. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken for nothing")
  @Outcome(expect = FORBIDDEN, desc = "asleep, and not woken")
  public static class One extends Scene {
    /** Starts. */
    public One() {
      super(Shape.WIDE, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces(ZZ_Result seen) {
      seen.r1 = send(1);
    }

    /** The consumer. */
    @Actor
    public void consumes(ZZ_Result seen) {
      seen.r2 = consumer.arm(1);
    }
  }

  /** The tail passes 2^64. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken for nothing")
  @Outcome(expect = FORBIDDEN, desc = "asleep, and not woken")
  public static class Past64 extends Scene {
    /** Starts. */
    public Past64() {
      super(Shape.WIDE, 2, -1);
    }

    /** The producer. */
    @Actor
    public void produces(ZZ_Result seen) {
      seen.r1 = send(1);
    }

    /** The consumer. */
    @Actor
    public void consumes(ZZ_Result seen) {
      seen.r2 = consumer.arm(1);
    }
  }

  /** With an indirect array. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken for nothing")
  @Outcome(expect = FORBIDDEN, desc = "asleep, and not woken")
  public static class Array extends Scene {
    /** Starts. */
    public Array() {
      super(Shape.WIDE_ARRAY, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces(ZZ_Result seen) {
      seen.r1 = send(1);
    }

    /** The consumer. */
    @Actor
    public void consumes(ZZ_Result seen) {
      seen.r2 = consumer.arm(1);
    }
  }

  /** A sleeper that waits for two is woken by the second. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken for nothing")
  @Outcome(expect = FORBIDDEN, desc = "asleep, and not woken")
  public static class Second extends Scene {
    /** Starts. */
    public Second() {
      super(Shape.WIDE, 4, Long.MAX_VALUE);
    }

    /** The producer. */
    @Actor
    public void produces(ZZ_Result seen) {
      boolean first = send(1);
      seen.r1 = send(2) | first;
    }

    /** The consumer. */
    @Actor
    public void consumes(ZZ_Result seen) {
      seen.r2 = consumer.arm(2);
    }
  }

  /** By a publish that passes what it waits for. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken for nothing")
  @Outcome(expect = FORBIDDEN, desc = "asleep, and not woken")
  public static class Batch extends Scene {
    /** Starts. */
    public Batch() {
      super(Shape.WIDE, 4, 0);
    }

    /** The producer. */
    @Actor
    public void produces(ZZ_Result seen) {
      put(1);
      put(2);
      put(3);
      seen.r1 = producer.publish();
    }

    /** The consumer. */
    @Actor
    public void consumes(ZZ_Result seen) {
      seen.r2 = consumer.arm(2);
    }
  }

  /** Two publishes wake one sleeper once. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "by the first")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "by the second")
  @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "it saw them")
  @Outcome(expect = FORBIDDEN, desc = "woken twice")
  public static class OnlyOnce extends Scene {
    /** Starts. */
    public OnlyOnce() {
      super(Shape.WIDE, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces(ZZ_Result seen) {
      seen.r1 = send(1);
      seen.r2 = send(2);
    }

    /** The consumer. */
    @Actor
    public void consumes() {
      consumer.arm(1);
    }
  }
}
