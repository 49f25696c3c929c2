// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ffi.Vfio;
import dev.annulus.ring.Errno;

/** The eventfds of a device's MSI-X vectors: for the admin queue and one a processor. */
final class VfioInterrupts {
  private final int device;
  private final int[] fds;

  private VfioInterrupts(int device, int[] fds) {
    this.device = device;
    this.fds = fds;
  }

  /** All in one call: not every kernel lets vectors be added later. */
  static VfioInterrupts enable(int device, String address) throws NvmeException {
    int there = Vfio.interrupts(device, Vfio.VFIO_PCI_MSIX_IRQ_INDEX);
    int vectors = Math.clamp(there, 0, 1 + Runtime.getRuntime().availableProcessors());
    VfioInterrupts made = new VfioInterrupts(device, new int[vectors]);
    int result = 0;
    for (int i = 0; i < vectors; i++) {
      made.fds[i] = Events.eventfd(true);
      result = Math.min(result, made.fds[i]);
    }
    if (result == 0 && vectors > 0) {
      result = Vfio.setInterrupts(device, Vfio.VFIO_PCI_MSIX_IRQ_INDEX, made.fds);
    }
    if (result < 0) {
      made.closeAll();
      throw new NvmeException(
          "enabling "
              + vectors
              + " interrupts of "
              + address
              + ": "
              + Errno.describe(-result)
              + ": raise the limit of open files");
    }
    return made;
  }

  int vectors() {
    return fds.length;
  }

  int fd(int vector) {
    return fds[vector];
  }

  void close() {
    Vfio.setInterrupts(device, Vfio.VFIO_PCI_MSIX_IRQ_INDEX, new int[0]);
    closeAll();
  }

  private void closeAll() {
    for (int fd : fds) {
      if (fd >= 0) {
        Files.close(fd);
      }
    }
  }
}
