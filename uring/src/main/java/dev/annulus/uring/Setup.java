// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Uring;
import dev.annulus.ffi.UringParams;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code io_uring_setup(2)} with the flags that the options ask for; one after the other, newest
 * first, is given up where an older kernel refuses with EINVAL.
 */
final class Setup {
  static final int IORING_SETUP_SQ_AFF = 1 << 2;
  static final int IORING_SETUP_CQSIZE = 1 << 3;
  static final int IORING_SETUP_CLAMP = 1 << 4;
  static final int IORING_SETUP_ATTACH_WQ = 1 << 5;
  static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
  static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;
  static final int IORING_SETUP_TASKRUN_FLAG = 1 << 9;
  static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;

  static final int IORING_FEAT_SINGLE_MMAP = 1;
  static final int IORING_FEAT_NODROP = 1 << 1;
  static final int IORING_FEAT_SUBMIT_STABLE = 1 << 2;
  static final int IORING_FEAT_EXT_ARG = 1 << 8;
  static final int IORING_FEAT_MIN_TIMEOUT = 1 << 15;

  static final int REQUIRED =
      IORING_FEAT_SINGLE_MMAP
          | IORING_FEAT_NODROP
          | IORING_FEAT_SUBMIT_STABLE
          | IORING_FEAT_EXT_ARG;

  final int fd;
  private final int givenUp;

  /** {@code struct io_uring_params} as the kernel filled it in. */
  private final int[] params;

  private Setup(int fd, int givenUp, int[] params) {
    this.fd = fd;
    this.givenUp = givenUp;
    this.params = params;
    params[UringParams.FEATURES / Integer.BYTES] &= ~Older.hidden().features();
  }

  /** The same ring after {@code IORING_REGISTER_RESIZE_RINGS}, which fills parameters in anew. */
  Setup resized(int entries, int cqEntries, Register register) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment changed = arena.allocate(UringParams.SIZE, 8);
      changed.set(JAVA_INT, UringParams.SQ_ENTRIES, entries);
      changed.set(JAVA_INT, UringParams.CQ_ENTRIES, cqEntries);
      changed.set(JAVA_INT, UringParams.FLAGS, IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP);
      register.call(RegisterOp.REGISTER_RESIZE_RINGS, changed, 1, "the ring lacks DEFER_TASKRUN");
      changed.set(JAVA_INT, UringParams.FLAGS, get(UringParams.FLAGS));
      changed.set(JAVA_INT, UringParams.FEATURES, get(UringParams.FEATURES));
      return new Setup(fd, givenUp, changed.toArray(JAVA_INT));
    }
  }

  static Setup run(RingOptions options) throws ErrnoException {
    int wanted = flags(options);
    int flags = wanted;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(UringParams.SIZE, 8);
      while (true) {
        fill(params, options, flags);
        boolean known = (flags & Older.hidden().flags()) == 0;
        int fd = known ? Uring.setup(options.entries(), params) : -Errno.EINVAL;
        if (fd >= 0) {
          return new Setup(fd, wanted & ~flags, params.toArray(JAVA_INT));
        }
        int fewer = older(flags);
        if (fd != -Errno.EINVAL || fewer == flags) {
          throw refused(-fd, options);
        }
        flags = fewer;
      }
    }
  }

  /** Where it may be for what was asked, that is said; all else is the system's doing. */
  private static ErrnoException refused(int errno, RingOptions options) {
    String asked = asked(options);
    boolean caller = errno == Errno.EINVAL || errno == Errno.EBADF || errno == Errno.ENXIO;
    return caller && !asked.isEmpty()
        ? new ErrnoException("io_uring_setup", errno, asked + Refusal.OLDEST)
        : Refusal.explain(errno);
  }

  /** What of the options could be impossible here. */
  private static String asked(RingOptions options) {
    StringBuilder asked = new StringBuilder();
    for (SetupFlag flag : options.flags()) {
      if (flag.isRequired()) {
        asked.append("IORING_SETUP_").append(flag).append(" needs Linux ").append(flag.since());
        asked.append("; ");
      }
    }
    if (options.sqThreadCpu() >= 0) {
      asked.append("this process may not use processor ").append(options.sqThreadCpu());
      asked.append(" for the SQ thread; ");
    }
    if (options.workQueue() >= 0) {
      asked.append("descriptor ").append(options.workQueue()).append(" is not a ring's; ");
    }
    return asked.toString();
  }

  private static void fill(MemorySegment params, RingOptions options, int flags) {
    params.fill((byte) 0);
    params.set(JAVA_INT, UringParams.FLAGS, flags);
    params.set(JAVA_INT, UringParams.CQ_ENTRIES, options.cqEntries());
    params.set(JAVA_INT, UringParams.SQ_THREAD_IDLE, options.sqThreadIdle());
    params.set(JAVA_INT, UringParams.SQ_THREAD_CPU, Math.max(options.sqThreadCpu(), 0));
    params.set(JAVA_INT, UringParams.WQ_FD, Math.max(options.workQueue(), 0));
  }

  /** One call; answers a descriptor or -errno. */
  static int call(int entries, int cqEntries, int flags, MemorySegment params) {
    params.fill((byte) 0);
    params.set(JAVA_INT, UringParams.FLAGS, flags);
    params.set(JAVA_INT, UringParams.CQ_ENTRIES, cqEntries);
    return Uring.setup(entries, params);
  }

  /** What the options ask for. */
  static int flags(RingOptions options) {
    int flags =
        IORING_SETUP_CQSIZE
            | IORING_SETUP_CLAMP
            | IORING_SETUP_SUBMIT_ALL
            | IORING_SETUP_SINGLE_ISSUER;
    for (SetupFlag flag : options.flags()) {
      flags |= flag.bit();
    }
    flags |= options.sqThreadCpu() >= 0 ? IORING_SETUP_SQ_AFF : 0;
    flags |= options.workQueue() >= 0 ? IORING_SETUP_ATTACH_WQ : 0;
    if (options.has(SetupFlag.SQPOLL)) {
      return flags; // the rest is about the owner's thread, on which nothing is then run
    }
    flags |= options.has(SetupFlag.DEFER_TASKRUN) ? 0 : IORING_SETUP_COOP_TASKRUN;
    return flags | IORING_SETUP_TASKRUN_FLAG;
  }

  /** The flags for the next older kernel, or the same where all of them are needed. */
  static int older(int flags) {
    SetupFlag[] all = SetupFlag.values();
    for (int i = all.length - 1; i >= 0; i--) {
      if (!all[i].isRequired() && (flags & all[i].bit()) != 0) {
        int fewer = flags & ~all[i].bit();
        return all[i] == SetupFlag.DEFER_TASKRUN ? fewer | IORING_SETUP_COOP_TASKRUN : fewer;
      }
    }
    return flags & ~IORING_SETUP_SINGLE_ISSUER; // Linux 6.0; the rest has Linux 5.19
  }

  /** Whether the ring has what was asked for by a flag. */
  boolean has(SetupFlag flag) {
    return (get(UringParams.FLAGS) & flag.bit()) != 0;
  }

  /** A field of {@code struct io_uring_params}. */
  int get(int field) {
    return params[field / Integer.BYTES];
  }

  /** A field that is an offset in the rings' mapping. */
  long offset(int field) {
    return Integer.toUnsignedLong(get(field));
  }

  /** Refuses a kernel without what the ring is built on. */
  void requireFeatures() throws ErrnoException {
    int missing = REQUIRED & ~get(UringParams.FEATURES);
    if (missing != 0) {
      throw new ErrnoException(
          "io_uring_setup",
          Errno.EOPNOTSUPP,
          "the kernel, "
              + Machine.kernelRelease()
              + ", lacks IORING_FEAT_"
              + String.join(", IORING_FEAT_", UringNames.features(missing))
              + "; "
              + Refusal.OLDEST);
    }
  }

  /** Refuses what a feature is needed for. */
  void require(int feature, String what, String since) throws ErrnoException {
    if ((get(UringParams.FEATURES) & feature) == 0) {
      throw new ErrnoException(
          "io_uring_enter", Errno.EOPNOTSUPP, what + " needs Linux " + since + " or newer");
    }
  }

  /** Which flags the kernel did without, as a sentence for people; empty for none. */
  String remark() {
    return givenUp == 0
        ? ""
        : "this kernel does not know IORING_SETUP_"
            + String.join(", IORING_SETUP_", UringNames.setupFlags(givenUp))
            + ": rings work, with more work a call";
  }
}
