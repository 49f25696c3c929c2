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

  static final int IORING_FEAT_SINGLE_MMAP = 1;
  static final int IORING_FEAT_NODROP = 1 << 1;
  static final int IORING_FEAT_SUBMIT_STABLE = 1 << 2;
  static final int IORING_FEAT_EXT_ARG = 1 << 8;

  private static final int REQUIRED =
      IORING_FEAT_SINGLE_MMAP
          | IORING_FEAT_NODROP
          | IORING_FEAT_SUBMIT_STABLE
          | IORING_FEAT_EXT_ARG;

  /** What is given up, in this order; each is one refusal of an older kernel. */
  private static final int[] GIVE_UP = {
    IORING_SETUP_NO_SQARRAY,
    IORING_SETUP_DEFER_TASKRUN,
    IORING_SETUP_SINGLE_ISSUER,
    IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
    IORING_SETUP_SUBMIT_ALL,
  };

  final int fd;
  final int givenUp;
  final MemorySegment params;

  private Setup(int fd, int givenUp, MemorySegment params) {
    this.fd = fd;
    this.givenUp = givenUp;
    this.params = params;
  }

  static Setup run(RingOptions options, Arena arena) throws ErrnoException {
    int wanted = flags(options);
    int givenUp = 0;
    MemorySegment params = arena.allocate(UringParams.SIZE, 8);
    for (int next = 0; ; next++) {
      params.fill((byte) 0);
      params.set(JAVA_INT, UringParams.FLAGS, wanted & ~givenUp);
      params.set(JAVA_INT, UringParams.CQ_ENTRIES, options.cqEntries());
      int fd = Uring.setup(options.entries(), params);
      if (fd >= 0) {
        return new Setup(fd, givenUp, params);
      }
      if (fd != -Errno.EINVAL || next == GIVE_UP.length) {
        throw Refusal.explain(-fd);
      }
      givenUp |= GIVE_UP[next] & wanted;
    }
  }

  private static int flags(RingOptions options) {
    int flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL;
    flags |= IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SINGLE_ISSUER;
    flags |= options.deferTaskRun() ? IORING_SETUP_DEFER_TASKRUN : IORING_SETUP_COOP_TASKRUN;
    return options.sqArray() ? flags : flags | IORING_SETUP_NO_SQARRAY;
  }

  int get(int offset) {
    return params.get(JAVA_INT, offset);
  }

  /** Refuses a kernel without what the ring is built on. */
  void requireFeatures() throws ErrnoException {
    int missing = REQUIRED & ~get(UringParams.FEATURES);
    if (missing != 0) {
      throw new ErrnoException(
          "io_uring_setup",
          Errno.EOPNOTSUPP,
          "the kernel lacks IORING_FEAT bits 0x"
              + Integer.toHexString(missing)
              + "; Linux 5.11 or later has them");
    }
  }
}
