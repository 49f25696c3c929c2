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
 * <p>Where only the kernel will do, {@link dev.annulus.uring.KernelRing#open} has its set-up flags
 * ({@link dev.annulus.uring.SetupFlag}) and registrations: tables of files and buffers, groups of
 * provided buffers, restrictions. {@link dev.annulus.uring.SilentChain} links operations.
 *
 * <p>Four ways in, from convenient to bare. Any thread, virtual ones without holding their carrier:
 *
 * <pre>{@code
 * try (SharedRing ring = SharedRing.open(RingOptions.DEFAULT)) {
 *   int bytes = ring.call(new Read(fd, buffer, 0, 0), Duration.ofSeconds(1));
 *   ring.start(new Fsync(fd, 0, 0, 0)).thenRun(this::durable);
 * }
 * }</pre>
 *
 * <p>One thread, many operations at once:
 *
 * <pre>{@code
 * Batch batch = new Batch(ring, 64);
 * batch.add(new Read(fd, buffer, 0, 0));
 * batch.run(0);
 * int bytes = batch.result(0);
 * }</pre>
 *
 * <p>One thread, nothing allocated:
 *
 * <pre>{@code
 * try (Ring ring = Rings.open(RingOptions.DEFAULT)) {
 *   Read.prep(ring.entries(), ring.claim(), fd, buffer.address(), 4096, 0, 0, 42);
 *   ring.await(1, 0);
 *   ring.reap((tag, res, flags) -> System.out.println(res), 1);
 * }
 * }</pre>
 *
 * <p>A flight recording that asks for them has {@code annulus.Submit}, {@code annulus.Completions},
 * {@code annulus.Wait}, {@code annulus.Overflow} and {@code annulus.Fallback}: {@code java
 * -XX:StartFlightRecording:annulus.Wait#enabled=true,filename=a.jfr}.
 */
package dev.annulus.uring;
