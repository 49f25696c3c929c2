// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * What rings tell Java Flight Recorder. Off unless a recording asks for an event by name ({@code
 * annulus.Submit#enabled=true}); a batch then costs a look at a field each. The event's thread is
 * the ring's owner.
 */
final class RingEvents {
  private static final Submit SUBMIT = new Submit();
  private static final Completions COMPLETIONS = new Completions();
  private static final Wait WAIT = new Wait();
  private static final Overflow OVERFLOW = new Overflow();

  private RingEvents() {}

  @Name("annulus.Submit")
  @Label("Submit Batch")
  @Category("Annulus")
  @Description("Entries that the kernel, or the stand-in, took in one call")
  @Enabled(false)
  @StackTrace(false)
  static final class Submit extends Event {
    @Label("Entries")
    int entries;
  }

  @Name("annulus.Completions")
  @Label("Completion Batch")
  @Category("Annulus")
  @Description("Completions that were handed out in one call")
  @Enabled(false)
  @StackTrace(false)
  static final class Completions extends Event {
    @Label("Count")
    int count;
  }

  @Name("annulus.Wait")
  @Label("Ring Wait")
  @Category("Annulus")
  @Description("The owner slept in the ring")
  @Enabled(false)
  @StackTrace(false)
  static final class Wait extends Event {
    @Label("Wanted Completions")
    int wanted;

    @Label("Ready Completions")
    int ready;
  }

  @Name("annulus.Overflow")
  @Label("Completion Overflow")
  @Category("Annulus")
  @Description("The kernel holds completions back that had no room")
  @Enabled(false)
  static final class Overflow extends Event {
    @Label("Overflows So Far")
    long count;
  }

  @Name("annulus.Fallback")
  @Label("Stand-in Ring")
  @Category("Annulus")
  @Description("The kernel's ring could not be had, a pool of threads is used")
  @Enabled(false)
  static final class Fallback extends Event {
    @Label("Reason")
    String reason;
  }

  static void submitted(int entries) {
    if (SUBMIT.isEnabled() && entries > 0) {
      Submit event = new Submit();
      event.entries = entries;
      event.commit();
    }
  }

  static void completed(int count) {
    if (COMPLETIONS.isEnabled() && count > 0) {
      Completions event = new Completions();
      event.count = count;
      event.commit();
    }
  }

  /** Begins a wait; null where nobody records it. */
  static Wait waits(int wanted) {
    if (!WAIT.isEnabled()) {
      return null;
    }
    Wait event = new Wait();
    event.wanted = wanted;
    event.begin();
    return event;
  }

  /** Its end, if it was begun. */
  static void waited(Wait event, int ready) {
    if (event != null) {
      event.ready = ready;
      event.commit();
    }
  }

  static void overflowed(long count) {
    if (OVERFLOW.isEnabled()) {
      Overflow event = new Overflow();
      event.count = count;
      event.commit();
    }
  }

  /** Not on the path of entries. */
  static void fellBack(String reason) {
    Fallback event = new Fallback();
    event.reason = reason;
    event.commit();
  }
}
