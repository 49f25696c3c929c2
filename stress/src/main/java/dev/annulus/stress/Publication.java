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

/** Whoever sees the tail sees the entry, whole. */
public final class Publication {
  private Publication() {}

  /** Between processes. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Wide extends Scene {
    /** Starts. */
    public Wide() {
      super(Shape.WIDE, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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

  /** With the kernel. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Narrow extends Scene {
    /** Starts. */
    public Narrow() {
      super(Shape.NARROW, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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

  /** With an indirect array. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class WideArray extends Scene {
    /** Starts. */
    public WideArray() {
      super(Shape.WIDE_ARRAY, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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

  /** With the kernel and an array. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class NarrowArray extends Scene {
    /** Starts. */
    public NarrowArray() {
      super(Shape.NARROW_ARRAY, 2, 0);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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

  /** The tail passes 2^63. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Past63 extends Scene {
    /** Starts. */
    public Past63() {
      super(Shape.WIDE, 2, Long.MAX_VALUE);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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

  /** The tail passes 2^64. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class Past64 extends Scene {
    /** Starts. */
    public Past64() {
      super(Shape.WIDE, 2, -1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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

  /** The tail passes 2^32. */
  @JCStressTest
  @State
  @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "too early: it is still there")
  @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
  @Outcome(expect = FORBIDDEN, desc = "lost, doubled or torn")
  public static class NarrowPast32 extends Scene {
    /** Starts. */
    public NarrowPast32() {
      super(Shape.NARROW, 2, (1L << 32) - 1);
    }

    /** The producer. */
    @Actor
    public void produces() {
      send(1);
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
}
