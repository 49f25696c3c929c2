// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Pages for the data of admin commands, used again and again. One that the device may still write
 * to, since its command was not answered, is kept aside until the device has stopped. Under the
 * admin queue's lock.
 */
final class AdminPages {
  private final DmaMemory dma;
  private final long alignment;
  private final Deque<DmaBuffer> free = new ArrayDeque<>();
  private final List<DmaBuffer> aside = new ArrayList<>();

  AdminPages(DmaMemory dma, long alignment) {
    this.dma = dma;
    this.alignment = alignment;
  }

  /** A page of zeroes. */
  DmaBuffer take() throws NvmeException {
    DmaBuffer page = free.poll();
    if (page == null) {
      return dma.allocate(AdminCommand.MOST_DATA, alignment);
    }
    page.memory().fill((byte) 0);
    return page;
  }

  void give(DmaBuffer page) {
    free.push(page);
  }

  /** Keeps a page whose command was not answered. */
  void keep(DmaBuffer page) {
    aside.add(page);
  }

  /** The device has stopped: it writes to none of them any more. */
  void stopped() {
    free.addAll(aside);
    aside.clear();
  }

  /** Frees the memory; the device must have stopped. */
  void free() {
    stopped();
    free.forEach(dma::free);
    free.clear();
  }
}
