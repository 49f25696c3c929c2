// SPDX-License-Identifier: Apache-2.0

/** The NVMe driver, its transports, the model controller and the scheme {@code nvme:}. */
module dev.annulus.nvme {
  requires dev.annulus.ffi;
  requires transitive dev.annulus.scheme;

  exports dev.annulus.nvme;
}
