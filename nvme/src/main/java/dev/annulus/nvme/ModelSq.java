// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A submission queue as the model sees it: fetches entries between its head and the tail doorbell.
 */
final class ModelSq extends ModelQueue {
  final ModelCq cq;
  private int head;

  /** The tail as last read; the doorbell is read only when nothing else is left. */
  private int tail;

  ModelSq(int id, int entries, long iova, ModelCq cq) {
    super(id, entries, Sqe.SHIFT, iova);
    this.cq = cq;
  }

  /** Whether there are entries to fetch. */
  boolean waiting() {
    if (head == tail) {
      tail = doorbell();
      if (head != tail) {
        watch();
      }
    }
    return head != tail;
  }

  /** Fetches the next entry. */
  void fetch(ModelCommand into) {
    into.load(this, memory(), offset(head));
    head = after(head);
  }

  /** Whether there are more that the same look at the doorbell told of. */
  boolean more() {
    return head != tail;
  }

  /** Takes the last fetch back. */
  void unfetch() {
    head = head == 0 ? entries - 1 : head - 1;
  }

  /** SQHD for a completion. */
  int head() {
    return head;
  }
}
