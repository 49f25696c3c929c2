// SPDX-License-Identifier: Apache-2.0

/**
 * Rings between two processes that need not trust each other.
 *
 * <p><b>Guarantee.</b> A client that attached submits entries and gets each completion exactly
 * once, without a system call while both sides are busy. Whatever one side writes, the other
 * touches no memory outside the session; the end of the other process is told by the kernel, at
 * once, and never guessed from time-outs.
 *
 * <p><b>Threads.</b> A {@link dev.annulus.peer.PeerRing} and a {@link dev.annulus.peer.PeerSession}
 * each belong to one thread at a time, platform or virtual. Their {@code await} is the one method
 * that blocks: a platform thread sleeps on a futex, a virtual thread parks and holds no carrier,
 * and either ends with {@link java.lang.InterruptedException} when interrupted. A {@link
 * dev.annulus.peer.PeerServer} runs one thread for its socket, which is asleep but for attaching,
 * sharing and ending; it calls its handler.
 *
 * <p><b>Ownership.</b> The server allocates the ring in memory files of sealed size and maps what
 * the client writes read-only, as the client does with what the server writes. The client allocates
 * the regions of its buffers and keeps them until it closes. {@code close()} of either end ends the
 * session; memory goes when both have closed. A {@link dev.annulus.peer.BufferPool} leases buffers
 * in regions, and keeps each from being used again until its operations are complete.
 *
 * <pre>{@code
 * try (PeerRing ring = PeerRing.attach(Path.of("/run/host.sock"), PeerOptions.DEFAULT)) {
 *   long at = ring.sq().claim();
 *   SqEntry.fill(ring.sq().slots(), at, Opcode.NOP, -1, 0, 0, 0, 42);
 *   ring.submit();
 *   ring.await(1, 0);
 *   long answer = ring.cq().next();            // CqEntry.userData(ring.cq().slots(), answer) == 42
 *   ring.cq().release();
 * }
 * }</pre>
 */
package dev.annulus.peer;
