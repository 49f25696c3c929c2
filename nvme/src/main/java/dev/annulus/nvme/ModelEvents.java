// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Asynchronous Event Requests: kept until something happens. After an event its type is masked
 * until the host has read the log page that the event names.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.2.
 */
final class ModelEvents {
  /** Event type: error status. */
  private static final int TYPE_ERROR = 0;

  /** Error: a doorbell of a queue that does not exist. */
  static final int INVALID_DOORBELL_REGISTER = 0;

  /** Error: a doorbell value that cannot be. */
  static final int INVALID_DOORBELL_VALUE = 1;

  private final int[] requests = new int[ModelConfig.ADMIN_LIMIT];
  private int count;
  private int waiting = -1;
  private boolean masked;

  /** Keeps a request; false where there are too many. */
  boolean request(int commandId) {
    if (count == requests.length) {
      return false;
    }
    requests[count++] = commandId;
    return true;
  }

  /** Something happened; told at once or when it can be. */
  void error(int information) {
    if (waiting < 0) {
      waiting = TYPE_ERROR | information << 8 | LogPage.ERROR << 16;
    }
  }

  /** The host read a log page and wants further events of its type. */
  void read(int page) {
    if (page == LogPage.ERROR) {
      masked = false;
    }
  }

  /** Posts the event that waits, where there is a request for it; true where it did. */
  boolean deliver(ModelSq admin) {
    if (waiting < 0 || masked || count == 0 || !admin.cq.hasRoom()) {
      return false;
    }
    admin.cq.post(admin, requests[--count], NvmeStatus.SUCCESS, waiting);
    waiting = -1;
    masked = true;
    return true;
  }

  void reset() {
    count = 0;
    waiting = -1;
    masked = false;
  }
}
