// SPDX-License-Identifier: Apache-2.0

/** The host, its schemes, and the client that reaches them by URL. */
module dev.annulus.scheme {
  requires dev.annulus.ffi;
  requires transitive dev.annulus.peer;
  requires transitive dev.annulus.uring;

  exports dev.annulus.scheme;
}
