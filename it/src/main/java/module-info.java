// SPDX-License-Identifier: Apache-2.0

/** Tests across modules and processes, and of the sources themselves. Not published. */
module dev.annulus.it {
  requires dev.annulus.cli;
  requires dev.annulus.ffi;
  requires dev.annulus.nvme;
  requires dev.annulus.scheme;
  requires dev.annulus.testkit;
  requires jdk.compiler;
}
