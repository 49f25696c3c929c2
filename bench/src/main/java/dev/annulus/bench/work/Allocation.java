// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What was allocated on the heap. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** Bytes that the calling thread has allocated so far. */
  static long ofThisThread() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Bytes that all threads have allocated so far, those that ended too. */
  static long ofAllThreads() {
    return THREADS.getTotalThreadAllocatedBytes();
  }
}
