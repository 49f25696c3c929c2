// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

/** The fault that {@link DoubleFetchTest} is there to find. */
final class DoubleFetch {
  private DoubleFetch() {}

  /** Checks the tail, then reads it again to use it. */
  static long ready(QueueLayout layout, long head) {
    if (IndexWord.getAcquire(layout.producerWords(), layout.tailAt()) - head > layout.entries()) {
      return 0;
    }
    return IndexWord.getAcquire(layout.producerWords(), layout.tailAt()) - head;
  }
}
