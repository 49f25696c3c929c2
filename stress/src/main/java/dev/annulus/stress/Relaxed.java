// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.annulus.ffi.Membarrier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A producer without a fence: the consumer that goes to sleep makes both sides'. */
public final class Relaxed {
  private Relaxed() {}

  /** A consumer that has been busy for so long that it lets its producer leave the fence out. */
  abstract static class Busy extends Scene {
    private static final int BUSY_ENOUGH = 256;

    Busy(long start) {
      super(Shape.WIDE, 1, start);
      Membarrier.available(); // registers this process for it
      consumer.fenceFor(Membarrier::everywhere);
      for (int i = 0; i < BUSY_ENOUGH; i++) {
        send(1);
        poll(1);
      }
    }
  }

  /** One entry. */
  @JCStressTest
  @State
  @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "woken")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "seen")
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "woken for nothing")
  @Outcome(expect = FORBIDDEN, desc = "asleep, and not woken")
  public static class One extends Busy {
    /** Starts. */
    public One() {
      super(0);
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
}
