// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/** The contract on the kernel's rings, with the set-up flags of newer and older kernels. */
class KernelRingTest {
  private static final RingOptions KERNEL =
      RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE);

  static class DefaultTest extends RingContract {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class WithArrayTest extends RingContract {
    @Override
    RingOptions options() {
      return KERNEL.without(SetupFlag.NO_SQARRAY);
    }
  }

  static class WithoutDeferredTaskRunTest extends RingContract {
    @Override
    RingOptions options() {
      return KERNEL.without(SetupFlag.DEFER_TASKRUN);
    }
  }

  static class SqThreadTest extends RingContract {
    @Override
    RingOptions options() {
      return KERNEL.withSqThread(1, -1);
    }
  }

  static class WideTest extends RingContract {
    @Override
    RingOptions options() {
      return KERNEL.with(SetupFlag.SQE128).with(SetupFlag.CQE32);
    }
  }

  static class MixedTest extends RingContract {
    @Override
    RingOptions options() {
      return KERNEL.with(SetupFlag.CQE_MIXED);
    }
  }

  static class ExtendedTest extends ExtendedContract {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class ExtendedWithArrayTest extends ExtendedContract {
    @Override
    RingOptions options() {
      return KERNEL.without(SetupFlag.NO_SQARRAY);
    }
  }

  static class RulesTest extends RingRules {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class RulesOfOlderKernelsTest extends RingRules {
    @Override
    RingOptions options() {
      return KERNEL.without(SetupFlag.NO_SQARRAY).without(SetupFlag.DEFER_TASKRUN);
    }
  }

  static class EdgesTest extends RingEdges {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class WaitsTest extends WaitContract {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class SharedTest extends SharedRingContract {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class BatchTest extends BatchContract {
    @Override
    RingOptions options() {
      return KERNEL;
    }
  }

  static class SharedSqThreadTest extends SharedRingContract {
    @Override
    RingOptions options() {
      return KERNEL.withSqThread(1, -1);
    }
  }

  static class BatchSqThreadTest extends BatchContract {
    @Override
    RingOptions options() {
      return KERNEL.withSqThread(1, -1);
    }
  }

  static class RulesSqThreadTest extends RingRules {
    @Override
    RingOptions options() {
      return KERNEL.withSqThread(1, -1);
    }
  }
}
