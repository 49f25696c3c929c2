// SPDX-License-Identifier: Apache-2.0

/**
 * Rings that execute Linux's opcodes: io_uring, and a stand-in where that is forbidden.
 *
 * <p><b>Guarantee.</b> Every operation handed over completes exactly once, and no buffer is touched
 * after that. Nothing overflows: operations in flight are bounded by the completion queue. {@code
 * close()} waits for what the kernel still owns.
 *
 * <p><b>Threads.</b> A ring belongs to the thread that opened it; other threads' calls are refused.
 *
 * <p><b>Ownership.</b> Buffers, descriptors and paths are the caller's. Paths and structures may be
 * reused after {@code submit}, buffers after the completion.
 *
 * <pre>{@code
 * try (Ring ring = Rings.open(RingOptions.DEFAULT)) {
 *   new Read(fd, buffer, 0, 0).prepare(ring.entries(), ring.claim(), 42);
 *   ring.await(1, 0);
 *   ring.reap((userData, result, flags) -> System.out.println(result), 1);
 * }
 * }</pre>
 */
package dev.annulus.uring;
