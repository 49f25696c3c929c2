// SPDX-License-Identifier: Apache-2.0

/** The NVMe driver, its transports and the model controller. */
module dev.annulus.nvme {
  requires dev.annulus.ffi;
  requires dev.annulus.ring;

  exports dev.annulus.nvme;
}
