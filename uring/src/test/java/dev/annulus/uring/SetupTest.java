// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.UringParams;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which set-up flags are asked for, and what an older kernel is asked for instead. */
class SetupTest {
  private static final int ALWAYS =
      Setup.IORING_SETUP_CQSIZE
          | Setup.IORING_SETUP_CLAMP
          | Setup.IORING_SETUP_SUBMIT_ALL
          | Setup.IORING_SETUP_TASKRUN_FLAG;

  @Test
  void eachOlderKernelIsAskedForWhatItHas() {
    int linux66 = Setup.flags(RingOptions.DEFAULT);
    int linux618 = Setup.flags(RingOptions.DEFAULT.with(SetupFlag.CQE_MIXED));
    assertEquals(linux66 | SetupFlag.CQE_MIXED.bit(), linux618);
    assertEquals(linux66, Setup.older(linux618));
    assertEquals(
        ALWAYS
            | Setup.IORING_SETUP_SINGLE_ISSUER
            | SetupFlag.DEFER_TASKRUN.bit()
            | SetupFlag.NO_SQARRAY.bit(),
        linux66);
    int linux61 = Setup.older(linux66);
    assertEquals(
        ALWAYS | Setup.IORING_SETUP_SINGLE_ISSUER | SetupFlag.DEFER_TASKRUN.bit(), linux61);
    int linux60 = Setup.older(linux61);
    assertEquals(
        ALWAYS | Setup.IORING_SETUP_SINGLE_ISSUER | Setup.IORING_SETUP_COOP_TASKRUN, linux60);
    int linux519 = Setup.older(linux60);
    assertEquals(ALWAYS | Setup.IORING_SETUP_COOP_TASKRUN, linux519);
    assertEquals(linux519, Setup.older(linux519), "there is nothing more to give up");
  }

  /** The flags for every kernel since 5.19 must be consistent: this one accepts them all. */
  @Test
  void thisKernelAcceptsTheFlagsOfOlderOnes() {
    int flags = Setup.flags(RingOptions.DEFAULT.with(SetupFlag.CQE_MIXED));
    while (true) {
      int ring = openWith(flags);
      assertTrue(ring >= 0, "flags 0x" + Integer.toHexString(flags) + " answered " + ring);
      Files.close(ring);
      int older = Setup.older(flags);
      if (older == flags) {
        return;
      }
      flags = older;
    }
  }

  private static int openWith(int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return Setup.call(4, 8, flags, arena.allocate(UringParams.SIZE, 8));
    }
  }

  @Test
  void bitsHaveNames() {
    assertEquals(List.of(), UringNames.setupFlags(0));
    assertEquals(
        List.of("CLAMP", "SINGLE_ISSUER"),
        UringNames.setupFlags(Setup.IORING_SETUP_CLAMP | Setup.IORING_SETUP_SINGLE_ISSUER));
    assertEquals(List.of("NODROP", "BIT_31"), UringNames.features(1 << 31 | 1 << 1));
  }
}
