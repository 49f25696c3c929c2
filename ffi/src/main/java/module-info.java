// SPDX-License-Identifier: Apache-2.0

/**
 * System calls and the layouts of their structures, through the Foreign Function and Memory API.
 * The only module with native access; open to the modules of Annulus alone.
 */
module dev.annulus.ffi {
  exports dev.annulus.ffi to
      dev.annulus.uring,
      dev.annulus.peer,
      dev.annulus.scheme,
      dev.annulus.nvme,
      dev.annulus.cli,
      dev.annulus.testkit,
      dev.annulus.bench,
      dev.annulus.it;
}
