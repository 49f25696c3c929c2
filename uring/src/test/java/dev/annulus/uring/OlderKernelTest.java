// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels with fewer features: the contract holds, or what is missing is named. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class OlderKernelTest {
  private static final RingOptions KERNEL =
      RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE);

  private static final Set<Integer> FUTEXES =
      Set.of(Opcode.FUTEX_WAIT, Opcode.FUTEX_WAKE, Opcode.FUTEX_WAITV, Opcode.WAITID);

  /** Linux 5.19: only what is required, and no flag that can be done without. */
  private static Older linux519() {
    int flags = Setup.IORING_SETUP_SINGLE_ISSUER;
    for (SetupFlag flag : KERNEL.flags()) {
      flags |= flag.bit();
    }
    return new Older(~Setup.REQUIRED, flags, FUTEXES);
  }

  static class ContractTest extends RingContract {
    @BeforeAll
    static void hide() {
      Older.hide(linux519());
    }

    @AfterAll
    static void show() {
      Older.hide(Older.NONE);
    }

    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class SharedTest extends SharedRingContract {
    @BeforeAll
    static void hide() {
      Older.hide(linux519());
    }

    @AfterAll
    static void show() {
      Older.hide(Older.NONE);
    }

    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  @AfterEach
  void show() {
    Older.hide(Older.NONE);
  }

  @Test
  void whatWasDoneWithoutIsSaid() throws ErrnoException {
    Older.hide(linux519());
    try (KernelRing ring = KernelRing.open(KERNEL)) {
      String remark = ring.info().reason();
      for (String flag : new String[] {"NO_SQARRAY", "DEFER_TASKRUN", "SINGLE_ISSUER"}) {
        assertTrue(remark.contains("IORING_SETUP_" + flag), remark);
      }
      assertFalse(ring.supports(Opcode.FUTEX_WAIT));
      String fault = FutexCheck.run(ring);
      assertTrue(fault.contains("no futex opcodes; Linux 6.7"), fault);
      ErrnoException refused = assertThrows(ErrnoException.class, () -> ring.await(1, 1000, 2000));
      assertTrue(refused.getMessage().contains("Linux 6.12"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, SINGLE_MMAP", "1, NODROP", "2, SUBMIT_STABLE", "8, EXT_ARG"})
  void whatIsNeededIsNamed(int bit, String name) throws ErrnoException {
    Older.hide(new Older(1 << bit, 0, Set.of()));
    ErrnoException refused = assertThrows(ErrnoException.class, () -> KernelRing.open(KERNEL));
    assertEquals(Errno.EOPNOTSUPP, refused.errno());
    String why = refused.getMessage();
    assertTrue(why.contains("IORING_FEAT_" + name), why);
    assertTrue(why.contains(Machine.kernelRelease()) && why.contains("Linux 5.19"), why);
    try (Ring ring = Rings.open(KERNEL.withPolicy(RingOptions.Policy.PREFER))) {
      assertInstanceOf(PoolRing.class, ring);
      assertEquals(why, ring.info().reason());
    }
  }

  /** What was asked for by name is not silently left out. */
  @Test
  void aFlagThatIsRequiredIsNamed() {
    Older.hide(new Older(0, SetupFlag.SQE128.bit(), Set.of()));
    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> KernelRing.open(KERNEL.with(SetupFlag.SQE128)));
    assertTrue(refused.getMessage().contains("IORING_SETUP_SQE128"), refused.getMessage());
  }
}
