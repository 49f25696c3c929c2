// SPDX-License-Identifier: Apache-2.0

/** Rings served by the Linux kernel, and the stand-in where that is forbidden. */
module dev.annulus.uring {
  requires dev.annulus.ffi;
  requires jdk.jfr;
  requires transitive dev.annulus.ring;

  exports dev.annulus.uring;
  exports dev.annulus.uring.op;
}
