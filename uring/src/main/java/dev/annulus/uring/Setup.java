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
  static final int IORING_SETUP_CQSIZE = 1 << 3;
  static final int IORING_SETUP_CLAMP = 1 << 4;
  static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
  static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;
  static final int IORING_SETUP_TASKRUN_FLAG = 1 << 9;
  static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;
  static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;
  static final int IORING_SETUP_NO_SQARRAY = 1 << 16;
  static final int IORING_SETUP_CQE_MIXED = 1 << 18;

  static final int IORING_FEAT_SINGLE_MMAP = 1;
  static final int IORING_FEAT_NODROP = 1 << 1;
  static final int IORING_FEAT_SUBMIT_STABLE = 1 << 2;
  static final int IORING_FEAT_EXT_ARG = 1 << 8;

  private static final int REQUIRED =
      IORING_FEAT_SINGLE_MMAP
          | IORING_FEAT_NODROP
          | IORING_FEAT_SUBMIT_STABLE
          | IORING_FEAT_EXT_ARG;

  final int fd;
  private final int givenUp;

  /** {@code struct io_uring_params} as the kernel filled it in. */
  private final int[] params;

  private Setup(int fd, int givenUp, MemorySegment params) {
    this.fd = fd;
    this.givenUp = givenUp;
    this.params = params.toArray(JAVA_INT);
  }

  static Setup run(RingOptions options) throws ErrnoException {
    int wanted = flags(options);
    int flags = wanted;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(UringParams.SIZE, 8);
      while (true) {
        int fd = call(options.entries(), options.cqEntries(), flags, params);
        if (fd >= 0) {
          return new Setup(fd, wanted & ~flags, params);
        }
        int fewer = older(flags);
        if (fd != -Errno.EINVAL || fewer == flags) {
          throw Refusal.explain(-fd);
        }
        flags = fewer;
      }
    }
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
            | IORING_SETUP_TASKRUN_FLAG
            | IORING_SETUP_SINGLE_ISSUER;
    flags |= options.deferTaskRun() ? IORING_SETUP_DEFER_TASKRUN : IORING_SETUP_COOP_TASKRUN;
    flags |= options.mixed() ? IORING_SETUP_CQE_MIXED : 0;
    return options.sqArray() ? flags : flags | IORING_SETUP_NO_SQARRAY;
  }

  /** The flags for the next older kernel, or the same where all of them are needed. */
  static int older(int flags) {
    if ((flags & IORING_SETUP_CQE_MIXED) != 0) {
      return flags & ~IORING_SETUP_CQE_MIXED; // Linux 6.18
    }
    if ((flags & IORING_SETUP_NO_SQARRAY) != 0) {
      return flags & ~IORING_SETUP_NO_SQARRAY; // Linux 6.6
    }
    if ((flags & IORING_SETUP_DEFER_TASKRUN) != 0) {
      return flags & ~IORING_SETUP_DEFER_TASKRUN // Linux 6.1
          | IORING_SETUP_COOP_TASKRUN;
    }
    return flags & ~IORING_SETUP_SINGLE_ISSUER; // Linux 6.0; the rest has Linux 5.19
  }

  /** Whether completions may be extended. */
  boolean isMixed() {
    return (get(UringParams.FLAGS) & IORING_SETUP_CQE_MIXED) != 0;
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
          "the kernel lacks IORING_FEAT_"
              + String.join(", IORING_FEAT_", UringNames.features(missing))
              + "; "
              + Refusal.OLDEST);
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
