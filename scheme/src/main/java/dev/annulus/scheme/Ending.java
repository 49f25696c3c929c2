// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.util.concurrent.CompletableFuture;

/**
 * The end of a reactor whose host closes: what its clients had submitted is taken, and what is in
 * progress may finish, so that they are told of it before they are hung up on. What waits for
 * longer is cancelled, and the client told so.
 */
final class Ending {
  /** How long operations may go on before they are cancelled; and how long that may take. */
  static final long GRACE_NANOS = 200_000_000;

  private final Dispatcher dispatcher;
  private final ContextTable contexts;
  private CompletableFuture<Void> done;
  private long deadline;
  private boolean cancelled;

  Ending(Dispatcher dispatcher, ContextTable contexts) {
    this.dispatcher = dispatcher;
    this.contexts = contexts;
  }

  /** From here on nothing new is taken from clients; tells when all that was taken is completed. */
  void begin(CompletableFuture<Void> told, long now) {
    for (Context context : contexts.all()) {
      dispatcher.takeWhatIsLeft(context);
    }
    deadline = now + GRACE_NANOS;
    done = told;
  }

  boolean begun() {
    return done != null;
  }

  /** Once a turn, behind the flush of completions. */
  void look(long now) {
    if (done == null || done.isDone()) {
      return;
    }
    boolean late = now - deadline >= 0;
    if (pending() == 0 || late && cancelled) {
      done.complete(null);
    } else if (late) {
      contexts.all().forEach(dispatcher::cancelAll);
      cancelled = true;
      deadline = now + GRACE_NANOS;
    }
  }

  /** Operations of all clients in progress. */
  int pending() {
    int count = 0;
    for (Context context : contexts.all()) {
      count += context.runQueue.used();
    }
    return count;
  }

  /** How long the reactor may sleep: until there is something to do here, or 0 for ever. */
  long sleepNanos(long now) {
    return done == null || done.isDone() ? 0 : Math.max(deadline - now, 1);
  }
}
