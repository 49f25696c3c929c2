// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CqReader;
import java.util.Objects;

/**
 * How to open a ring.
 *
 * @param entries submission entries, 1 to 32768; rounded up to a power of two
 * @param cqEntries completion entries and so operations in flight, {@code entries} to 65536;
 *     rounded up
 * @param policy what to do where io_uring is forbidden or absent
 * @param deferTaskRun whether completions are worked on only when the owner asks ({@code
 *     IORING_SETUP_SINGLE_ISSUER}, {@code IORING_SETUP_DEFER_TASKRUN}; Linux 6.1)
 * @param sqArray whether to have the indirect array of older rings (none: {@code
 *     IORING_SETUP_NO_SQARRAY}; Linux 6.6)
 * @param mixed whether completions may be extended ({@code IORING_SETUP_CQE_MIXED}; Linux 6.18): an
 *     entry that asks for an extended one is otherwise answered with {@code -EINVAL}. They take two
 *     slots, so less than half as many operations can be in flight
 * @param threads threads of the stand-in
 */
public record RingOptions(
    int entries,
    int cqEntries,
    Policy policy,
    boolean deferTaskRun,
    boolean sqArray,
    boolean mixed,
    int threads) {

  /** What to do where io_uring is forbidden or absent. */
  public enum Policy {
    /** Fail, with cause and remedy. */
    REQUIRE,

    /** Use the thread-pool stand-in, and say why in {@link RingInfo}. */
    PREFER,

    /** Use the stand-in always. */
    NEVER
  }

  /** 256 entries, 4,096 operations in flight, io_uring preferred, 8 threads for the stand-in. */
  public static final RingOptions DEFAULT =
      new RingOptions(256, 4096, Policy.PREFER, true, false, false, 8);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public RingOptions {
    Objects.requireNonNull(policy);
    if (entries < 1 || entries > 1 << 15 || cqEntries < entries || cqEntries > 1 << 16) {
      throw new IllegalArgumentException(
          entries + " and " + cqEntries + " entries: 1 to 32768, and that to 65536");
    }
    if (mixed && CqReader.operationsFor(cqEntries) < 1) {
      throw new IllegalArgumentException("extended completions need at least 3 entries");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("the stand-in needs at least one thread");
    }
  }

  /**
   * The same with other sizes.
   *
   * @param submissions submission entries
   * @param completions completion entries
   * @return changed options
   */
  public RingOptions withEntries(int submissions, int completions) {
    return new RingOptions(submissions, completions, policy, deferTaskRun, sqArray, mixed, threads);
  }

  /**
   * The same with another policy.
   *
   * @param wanted what to do where io_uring is forbidden or absent
   * @return changed options
   */
  public RingOptions withPolicy(Policy wanted) {
    return new RingOptions(entries, cqEntries, wanted, deferTaskRun, sqArray, mixed, threads);
  }

  /**
   * The same with or without deferred task run.
   *
   * @param wanted whether completions are worked on only when the owner asks
   * @return changed options
   */
  public RingOptions withDeferTaskRun(boolean wanted) {
    return new RingOptions(entries, cqEntries, policy, wanted, sqArray, mixed, threads);
  }

  /**
   * The same with or without the indirect array.
   *
   * @param wanted whether to have it
   * @return changed options
   */
  public RingOptions withSqArray(boolean wanted) {
    return new RingOptions(entries, cqEntries, policy, deferTaskRun, wanted, mixed, threads);
  }

  /**
   * The same with or without extended completions.
   *
   * @param wanted whether to have them
   * @return changed options
   * @throws IllegalArgumentException where there are fewer than 3 completion entries
   */
  public RingOptions withMixed(boolean wanted) {
    return new RingOptions(entries, cqEntries, policy, deferTaskRun, sqArray, wanted, threads);
  }

  /**
   * The same with another number of threads.
   *
   * @param count threads of the stand-in
   * @return changed options
   */
  public RingOptions withThreads(int count) {
    return new RingOptions(entries, cqEntries, policy, deferTaskRun, sqArray, mixed, count);
  }
}
