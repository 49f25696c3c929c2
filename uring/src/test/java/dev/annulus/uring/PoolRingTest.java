// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/** The same on the stand-in. */
class PoolRingTest {
  private static final RingOptions POOL = RingOptions.DEFAULT.withPolicy(RingOptions.Policy.NEVER);

  static class ContractTest extends RingContract {
    @Override
    RingOptions options() {
      return POOL;
    }
  }

  static class ExtendedTest extends ExtendedContract {
    @Override
    RingOptions options() {
      return POOL;
    }
  }

  static class RulesTest extends RingRules {
    @Override
    RingOptions options() {
      return POOL;
    }
  }

  static class EdgesTest extends RingEdges {
    @Override
    RingOptions options() {
      return POOL;
    }
  }

  static class WaitsTest extends WaitContract {
    @Override
    RingOptions options() {
      return POOL;
    }
  }

  static class SharedTest extends SharedRingContract {
    @Override
    RingOptions options() {
      return POOL;
    }
  }

  static class BatchTest extends BatchContract {
    @Override
    RingOptions options() {
      return POOL;
    }
  }
}
