// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What a device got wrong in the completions of a queue: counted, and the first one named. */
final class FalseCompletions {
  private final int queue;
  private long spurious;
  private long badHeads;
  private Violation first;

  FalseCompletions(int queue) {
    this.queue = queue;
  }

  /** The upper half of a completion matches no command in flight. */
  void unmatched(long word, int inFlight) {
    spurious++;
    if (inFlight == 0) {
      note(Violation.UNREQUESTED);
    } else {
      note(Cqe.sqId(word) == queue ? Violation.UNKNOWN_COMMAND : Violation.WRONG_QUEUE);
    }
  }

  /** A completion says that more was fetched than there is, or less than before. */
  void impossibleHead() {
    badHeads++;
    note(Violation.IMPOSSIBLE_HEAD);
  }

  private void note(Violation what) {
    if (first == null) {
      first = what;
    }
  }

  /** The first since the last {@link #restart}, or null. */
  Violation first() {
    return first;
  }

  /** Completions without a command, since ever. */
  long spurious() {
    return spurious;
  }

  /** Impossible heads, since ever. */
  long badHeads() {
    return badHeads;
  }

  /** The controller was reset: it is believed again. */
  void restart() {
    first = null;
  }
}
