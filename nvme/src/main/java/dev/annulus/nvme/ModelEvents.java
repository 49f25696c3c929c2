// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Asynchronous Event Requests: kept until something happens. After an event its type is masked
 * until the host has read the log page that the event names. What is masked, or has no request, is
 * kept; of the same event one.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.2.
 */
final class ModelEvents {
  /** Error: a doorbell of a queue that does not exist. */
  static final int INVALID_DOORBELL_REGISTER = 0;

  /** Error: a doorbell value that cannot be. */
  static final int INVALID_DOORBELL_VALUE = 1;

  private static final int TYPES = 8;
  private static final int TYPE_MASK = TYPES - 1;
  private static final int PAGE_SHIFT = 16;

  private final int[] requests = new int[ModelConfig.ADMIN_LIMIT];
  private int count;

  /** Dword 0 of those that were not told yet. */
  private final Deque<Integer> pending = new ArrayDeque<>();

  /** The log page that unmasks a type; 0 where it is not masked. */
  private final int[] masks = new int[TYPES];

  /** Keeps a request; false where there are too many. */
  boolean request(int commandId) {
    if (count == requests.length) {
      return false;
    }
    requests[count++] = commandId;
    return true;
  }

  /** A doorbell was wrong. */
  void error(int information) {
    raise(
        information == INVALID_DOORBELL_REGISTER
            ? EventKind.INVALID_DOORBELL_REGISTER
            : EventKind.INVALID_DOORBELL_VALUE,
        LogPage.ERROR);
  }

  /** Something happened; told at once or when it can be. */
  void raise(EventKind kind, int logPage) {
    int result = kind.result(logPage);
    if (!pending.contains(result)) {
      pending.add(result);
    }
  }

  /** The host read a log page and wants further events of its type. */
  void read(int page) {
    for (int type = 0; type < TYPES; type++) {
      if (masks[type] == page) {
        masks[type] = 0;
      }
    }
  }

  /** Posts an event that waits, where there is a request for it; true where it did. */
  boolean deliver(ModelSq admin) {
    for (Iterator<Integer> each = pending.iterator(); each.hasNext(); ) {
      int result = each.next();
      if (count == 0 || !admin.cq.hasRoom()) {
        return false;
      }
      if (masks[result & TYPE_MASK] == 0) {
        each.remove();
        masks[result & TYPE_MASK] = result >>> PAGE_SHIFT;
        admin.cq.post(admin, requests[--count], NvmeStatus.SUCCESS, result);
        return true;
      }
    }
    return false;
  }

  void reset() {
    count = 0;
    pending.clear();
    Arrays.fill(masks, 0);
  }
}
