// SPDX-License-Identifier: Apache-2.0

/**
 * The operations of Linux's io_uring, a class each.
 *
 * <p><b>Guarantee.</b> An operation that could be made is well formed: memory is native and large
 * enough, offsets and descriptors are in range. Its entry is written whole, so nothing of an
 * earlier use is left in it. Flags of the kernel that this page does not know are passed on.
 *
 * <p><b>Threads.</b> Operations are immutable values; any thread may make, keep and share them.
 *
 * <p><b>Ownership.</b> Descriptors, paths and buffers are the caller's. Buffers stay untouched
 * until the completion, paths and structures until {@link dev.annulus.uring.Ring#submit}.
 *
 * <pre>{@code
 * Operation read = new Read(fd, buffer, 0);
 * read.prepare(ring.entries(), ring.claim(), 42);
 * ring.await(1, 0);
 * ring.reap((tag, res, flags) -> System.out.println(read.result(res)), 1);
 * }</pre>
 */
package dev.annulus.uring.op;
