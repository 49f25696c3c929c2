// SPDX-License-Identifier: Apache-2.0

/** Rings between processes: memory, attach, waiting, liveness. */
module dev.annulus.peer {
  requires dev.annulus.ffi;
  requires transitive dev.annulus.ring;

  exports dev.annulus.peer;
}
