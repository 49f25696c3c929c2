// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a ring can be asked to be, each an {@code IORING_SETUP_*} flag of {@code io_uring_setup(2)}.
 *
 * <p>Every ring also has {@code SINGLE_ISSUER}, since it has one owner, {@code CQSIZE}, {@code
 * CLAMP} and {@code SUBMIT_ALL}; and without {@link #DEFER_TASKRUN} and {@link #SQPOLL}, {@code
 * COOP_TASKRUN}.
 */
public enum SetupFlag {
  /**
   * Completions are looked for at the device, not announced by it: only for reads and writes of
   * files opened with {@code O_DIRECT} on a device with polled queues; others are answered with
   * {@code -EOPNOTSUPP}, other operations with {@code -EINVAL}. Nothing can be cancelled: {@link
   * Ring#close} waits for the device.
   */
  IOPOLL(0, true, "5.1"),

  /**
   * A thread of the kernel takes entries: {@link Ring#submit} makes no system call while it is
   * awake. It sleeps after {@link RingOptions#sqThreadIdle} without work. What entries point to may
   * be reused only when {@link Ring#pending} is 0.
   */
  SQPOLL(1, true, "5.11"),

  /** The ring begins disabled, to be restricted first: until {@link Registrations#enable}. */
  R_DISABLED(6, true, "5.10"),

  /** Submission entries have 128 bytes, the latter 64 for commands of devices. */
  SQE128(10, true, "5.19"),

  /** All completions are extended: 32 bytes each. */
  CQE32(11, true, "5.19"),

  /** Completions are worked on only when the owner asks; Linux 6.1. */
  DEFER_TASKRUN(13, false, "6.1"),

  /** No indirect array of submissions; Linux 6.6. */
  NO_SQARRAY(16, false, "6.6"),

  /** With {@link #IOPOLL}: sleep for a while first, then poll; Linux 6.13. */
  HYBRID_IOPOLL(17, false, "6.13"),

  /** Completions may be extended; Linux 6.18. They take two entries. */
  CQE_MIXED(18, false, "6.18");

  private final int bit;
  private final boolean required;
  private final String since;

  SetupFlag(int position, boolean required, String since) {
    bit = 1 << position;
    this.required = required;
    this.since = since;
  }

  /** The kernel's bit. */
  int bit() {
    return bit;
  }

  /**
   * The first Linux that has it, for everybody.
   *
   * @return a version such as {@code 6.1}
   */
  public String since() {
    return since;
  }

  /** Whether a kernel that does not know it is refused; otherwise it is done without. */
  boolean isRequired() {
    return required;
  }

  /** What the kernel refuses together with this. */
  Set<SetupFlag> excluded() {
    return switch (this) {
      case SQPOLL -> EnumSet.of(DEFER_TASKRUN);
      case DEFER_TASKRUN -> EnumSet.of(SQPOLL);
      case CQE32 -> EnumSet.of(CQE_MIXED);
      case CQE_MIXED -> EnumSet.of(CQE32);
      default -> EnumSet.noneOf(SetupFlag.class);
    };
  }
}
