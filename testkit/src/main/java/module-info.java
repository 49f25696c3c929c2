// SPDX-License-Identifier: Apache-2.0

/** Victims and fault injection for tests. Not published. */
module dev.annulus.testkit {
  requires dev.annulus.ffi;

  exports dev.annulus.testkit;
}
