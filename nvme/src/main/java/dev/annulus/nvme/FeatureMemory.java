// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The features that were set and not saved, so that a reset of the controller, which takes them
 * back, does not go unnoticed: a write cache that was switched off must stay off. Any thread.
 */
final class FeatureMemory {
  /** Values of one feature are told apart by what else stands in CDW11. */
  private record Key(int feature, int nsid, int selector) {}

  private static final int SENSOR_AND_KIND = 0x3F_0000;
  private static final int VECTOR = 0xFFFF;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, AdminCommand> set = new LinkedHashMap<>();

  void remember(int feature, AdminCommand command) {
    lock.lock();
    try {
      int cdw11 = (int) (command.cdw10 >>> 32);
      set.put(new Key(feature, command.nsid, selector(feature, cdw11)), command);
    } finally {
      lock.unlock();
    }
  }

  private static int selector(int feature, int cdw11) {
    return switch (feature) {
      case Feature.TEMPERATURE_THRESHOLD -> cdw11 & SENSOR_AND_KIND;
      case Feature.INTERRUPT_VECTOR -> cdw11 & VECTOR;
      default -> 0;
    };
  }

  /** Sets all again; those that the controller refuses now are left as they are. */
  void repeat(AdminQueue queue) throws NvmeException {
    for (AdminCommand each : all()) {
      try {
        queue.execute(each);
      } catch (NvmeException e) {
        if (e.status() == NvmeStatus.SUCCESS) {
          throw e;
        }
      }
    }
  }

  private List<AdminCommand> all() {
    lock.lock();
    try {
      return List.copyOf(set.values());
    } finally {
      lock.unlock();
    }
  }
}
