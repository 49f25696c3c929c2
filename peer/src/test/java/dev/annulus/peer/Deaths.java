// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Kills processes, and keeps how long it takes until the survivors are told. */
final class Deaths {
  private static final long IN_TIME_NANOS = 100_000_000;

  /** For each of them, on whatever machine. */
  private static final long LATE_NANOS = 5_000_000_000L;

  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private volatile long killed;

  /** By SIGKILL; returns when nothing is left of the process. */
  void kill(Child child) {
    kill(child::close);
  }

  /** By what kills and waits until nothing is left. */
  void kill(Runnable kill) {
    killed = System.nanoTime();
    kill.run();
  }

  /** A survivor knows of the latest kill. */
  void told() {
    long took = System.nanoTime() - killed;
    nanos.add(took);
    assertTrue(took < LATE_NANOS, () -> "told " + took + " ns after the kill");
  }

  /** Half of the survivors at least, where the machine has other work too. */
  void assertInTime() {
    long[] sorted = sorted();
    assertTrue(sorted[sorted.length / 2] < IN_TIME_NANOS, this::toString);
  }

  private long[] sorted() {
    return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  @Override
  public String toString() {
    long[] sorted = sorted();
    if (sorted.length == 0) {
      return "nobody was told";
    }
    double millis = 1e6;
    return "%d survivors were told after %.2f ms (median), %.2f ms (last)"
        .formatted(
            sorted.length,
            sorted[sorted.length / 2] / millis,
            Arrays.stream(sorted).max().orElseThrow() / millis);
  }
}
