// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/** The contract on the stand-in. */
class PoolRingTest extends RingContract {
  @Override
  RingOptions options() {
    return RingOptions.DEFAULT.withPolicy(RingOptions.Policy.NEVER);
  }
}
