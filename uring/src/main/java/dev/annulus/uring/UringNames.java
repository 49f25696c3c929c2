// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.UringParams;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of io_uring's bits, lowest first ({@code linux/io_uring.h}), and a trial of the set-up
 * flags.
 */
final class UringNames {
  private static final String[] FEATURES = {
    "SINGLE_MMAP", "NODROP", "SUBMIT_STABLE", "RW_CUR_POS", "CUR_PERSONALITY", "FAST_POLL",
    "POLL_32BITS", "SQPOLL_NONFIXED", "EXT_ARG", "NATIVE_WORKERS", "RSRC_TAGS", "CQE_SKIP",
    "LINKED_FILE", "REG_REG_RING", "RECVSEND_BUNDLE", "MIN_TIMEOUT", "RW_ATTR", "NO_IOWAIT",
  };

  private static final String[] SETUP = {
    "IOPOLL",
    "SQPOLL",
    "SQ_AFF",
    "CQSIZE",
    "CLAMP",
    "ATTACH_WQ",
    "R_DISABLED",
    "SUBMIT_ALL",
    "COOP_TASKRUN",
    "TASKRUN_FLAG",
    "SQE128",
    "CQE32",
    "SINGLE_ISSUER",
    "DEFER_TASKRUN",
    "NO_MMAP",
    "REGISTERED_FD_ONLY",
    "NO_SQARRAY",
    "HYBRID_IOPOLL",
    "CQE_MIXED",
  };

  /** What a flag cannot be set without; by position in {@link #SETUP}. */
  private static final int[] NEEDS = new int[SETUP.length];

  static {
    NEEDS[2] = 1 << 1; // SQ_AFF: SQPOLL
    NEEDS[9] = Setup.IORING_SETUP_COOP_TASKRUN; // TASKRUN_FLAG
    NEEDS[13] = Setup.IORING_SETUP_SINGLE_ISSUER; // DEFER_TASKRUN
    NEEDS[17] = 1; // HYBRID_IOPOLL: IOPOLL
  }

  /** Flags that need memory, a ring or a descriptor of the caller's: a bare trial says nothing. */
  private static final int NOT_TRIED = 1 << 5 | 1 << 14 | 1 << 15;

  private UringNames() {}

  static List<String> features(int bits) {
    return names(FEATURES, bits);
  }

  static List<String> setupFlags(int bits) {
    return names(SETUP, bits);
  }

  /** A bit newer than the table is named by its number. */
  private static List<String> names(String[] table, int bits) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < Integer.SIZE; i++) {
      if ((bits >>> i & 1) != 0) {
        names.add(i < table.length ? table[i] : "BIT_" + i);
      }
    }
    return names;
  }

  /** Opens and closes a small ring with each flag alone, or with what it needs. */
  static void trySetupFlags(List<String> accepted, List<String> refused) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(UringParams.SIZE, 8);
      for (int i = 0; i < SETUP.length; i++) {
        if ((NOT_TRIED >>> i & 1) == 0) {
          (accepts(params, 1 << i | NEEDS[i]) ? accepted : refused).add(SETUP[i]);
        }
      }
    }
  }

  private static boolean accepts(MemorySegment params, int flags) {
    int fd = Setup.call(4, (flags & Setup.IORING_SETUP_CQSIZE) != 0 ? 8 : 0, flags, params);
    if (fd < 0) {
      return false;
    }
    Files.close(fd);
    return true;
  }
}
