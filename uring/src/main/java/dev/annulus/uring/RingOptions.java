// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CqReader;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * How to open a ring.
 *
 * @param entries submission entries, 1 to 32768; rounded up to a power of two
 * @param cqEntries completion entries and so operations in flight, {@code entries} to 65536;
 *     rounded up
 * @param policy what to do where io_uring is forbidden or absent
 * @param flags what the ring is to be; the stand-in looks at {@link SetupFlag#CQE_MIXED} alone
 * @param sqThreadIdle with {@link SetupFlag#SQPOLL}: milliseconds without work after which the
 *     kernel's thread sleeps, or 0 for the kernel's choice, one second
 * @param sqThreadCpu with {@link SetupFlag#SQPOLL}: processor that the thread is bound to ({@code
 *     IORING_SETUP_SQ_AFF}), or -1
 * @param workQueue descriptor of a ring ({@link KernelRing#fd}) whose kernel threads, the SQ thread
 *     among them, this one shares ({@code IORING_SETUP_ATTACH_WQ}), or -1
 * @param workers the most threads that the kernel may start for operations that block for long, per
 *     thread that owns rings ({@code IORING_REGISTER_IOWQ_MAX_WORKERS}); more such operations wait
 *     for each other. 0 for the kernel's limit, which is that of processes
 * @param threads threads of the stand-in
 */
public record RingOptions(
    int entries,
    int cqEntries,
    Policy policy,
    Set<SetupFlag> flags,
    int sqThreadIdle,
    int sqThreadCpu,
    int workQueue,
    int workers,
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

  /**
   * 256 entries, 4,096 operations in flight, io_uring preferred, {@link SetupFlag#DEFER_TASKRUN},
   * {@link SetupFlag#NO_SQARRAY}, at most 256 workers in the kernel, 8 threads for the stand-in.
   */
  public static final RingOptions DEFAULT =
      new RingOptions(
          256,
          4096,
          Policy.PREFER,
          EnumSet.of(SetupFlag.DEFER_TASKRUN, SetupFlag.NO_SQARRAY),
          0,
          -1,
          -1,
          256,
          8);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range, or the kernel refuses two flags
   *     together
   */
  public RingOptions {
    Objects.requireNonNull(policy);
    flags = Set.copyOf(flags);
    if (entries < 1 || entries > 1 << 15 || cqEntries < entries || cqEntries > 1 << 16) {
      throw new IllegalArgumentException(
          entries + " and " + cqEntries + " entries: 1 to 32768, and that to 65536");
    }
    for (SetupFlag flag : flags) {
      for (SetupFlag other : flag.excluded()) {
        require(!flags.contains(other), flag + " and " + other + " exclude each other");
      }
    }
    require(
        !flags.contains(SetupFlag.HYBRID_IOPOLL) || flags.contains(SetupFlag.IOPOLL),
        "HYBRID_IOPOLL is a kind of IOPOLL: ask for that too");
    require(
        !flags.contains(SetupFlag.CQE_MIXED) || CqReader.operationsFor(cqEntries) >= 1,
        "extended completions need at least 3 entries");
    boolean polled = flags.contains(SetupFlag.SQPOLL);
    require(
        sqThreadIdle >= 0 && (polled || sqThreadIdle == 0), "idle time of SQPOLL " + sqThreadIdle);
    require(sqThreadCpu >= -1 && (polled || sqThreadCpu < 0), "processor of SQPOLL " + sqThreadCpu);
    require(workQueue >= -1, "work queue of descriptor " + workQueue);
    require(workers >= 0, workers + " workers: at least 0");
    require(threads >= 1, "the stand-in needs at least one thread");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Whether a flag is asked for.
   *
   * @param flag which
   * @return true where it is
   */
  public boolean has(SetupFlag flag) {
    return flags.contains(flag);
  }

  /**
   * The same with a flag, and without those that it excludes.
   *
   * @param flag which
   * @return changed options
   */
  public RingOptions with(SetupFlag flag) {
    EnumSet<SetupFlag> all = EnumSet.of(flag);
    all.addAll(flags);
    all.removeAll(flag.excluded());
    return withFlags(all);
  }

  /**
   * The same without a flag.
   *
   * @param flag which
   * @return changed options
   */
  public RingOptions without(SetupFlag flag) {
    EnumSet<SetupFlag> all = EnumSet.noneOf(SetupFlag.class);
    all.addAll(flags);
    all.remove(flag);
    return withFlags(all);
  }

  private RingOptions withFlags(Set<SetupFlag> all) {
    boolean polled = all.contains(SetupFlag.SQPOLL); // else there is no thread to describe
    return new RingOptions(
        entries,
        cqEntries,
        policy,
        all,
        polled ? sqThreadIdle : 0,
        polled ? sqThreadCpu : -1,
        workQueue,
        workers,
        threads);
  }

  /**
   * The same with other sizes.
   *
   * @param submissions submission entries
   * @param completions completion entries
   * @return changed options
   */
  public RingOptions withEntries(int submissions, int completions) {
    return new RingOptions(
        submissions,
        completions,
        policy,
        flags,
        sqThreadIdle,
        sqThreadCpu,
        workQueue,
        workers,
        threads);
  }

  /**
   * The same with another policy.
   *
   * @param wanted what to do where io_uring is forbidden or absent
   * @return changed options
   */
  public RingOptions withPolicy(Policy wanted) {
    return new RingOptions(
        entries, cqEntries, wanted, flags, sqThreadIdle, sqThreadCpu, workQueue, workers, threads);
  }

  /**
   * The same with {@link SetupFlag#SQPOLL}.
   *
   * @param idleMillis time without work after which the kernel's thread sleeps, 0 for one second
   * @param cpu processor that the thread is bound to, or -1
   * @return changed options
   */
  public RingOptions withSqThread(int idleMillis, int cpu) {
    Set<SetupFlag> all = with(SetupFlag.SQPOLL).flags;
    return new RingOptions(
        entries, cqEntries, policy, all, idleMillis, cpu, workQueue, workers, threads);
  }

  /**
   * The same with another ring's kernel threads. A shared SQ thread takes 8 entries of each ring at
   * a time: links do not reach from one such portion to the next.
   *
   * @param fd descriptor of a ring, open while this one is opened; -1 for own ones
   * @return changed options
   */
  public RingOptions withWorkQueue(int fd) {
    return new RingOptions(
        entries, cqEntries, policy, flags, sqThreadIdle, sqThreadCpu, fd, workers, threads);
  }

  /**
   * The same with another number of the kernel's workers.
   *
   * @param count at most, or 0 for the kernel's limit
   * @return changed options
   */
  public RingOptions withWorkers(int count) {
    return new RingOptions(
        entries, cqEntries, policy, flags, sqThreadIdle, sqThreadCpu, workQueue, count, threads);
  }

  /**
   * The same with another number of threads.
   *
   * @param count threads of the stand-in
   * @return changed options
   */
  public RingOptions withThreads(int count) {
    return new RingOptions(
        entries, cqEntries, policy, flags, sqThreadIdle, sqThreadCpu, workQueue, workers, count);
  }
}
