// SPDX-License-Identifier: Apache-2.0

/**
 * A real file system on top of {@code nvme:}: ext4, made, changed and checked by e2fsprogs. Its
 * blocks are written through a host as a kernel would write them, with flushes in the journal's
 * order, and the host is killed at any time.
 */
package dev.annulus.it.fs;
