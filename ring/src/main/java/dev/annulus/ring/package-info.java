// SPDX-License-Identifier: Apache-2.0

/**
 * Submission and completion entries, and the single-producer single-consumer queues that carry
 * them.
 *
 * <p><b>Guarantee.</b> An entry that was published is seen by the other side exactly once, whole,
 * and in order. Whatever the other side writes into its index words, a queue touches no memory
 * outside its own slots: an index that cannot be true ends in a {@link
 * dev.annulus.ring.RingViolationException}.
 *
 * <p><b>Threads.</b> A {@link dev.annulus.ring.Producer} and a {@link dev.annulus.ring.Consumer}
 * each belong to one thread at a time; the two ends of a queue may be in different threads,
 * processes, or one of them in the kernel. There are no locks and no atomic read-modify-writes.
 *
 * <p><b>Ownership.</b> Queues borrow their memory: whoever mapped it closes it, after both ends
 * have stopped.
 *
 * <pre>{@code
 * QueueLayout layout =
 *     QueueLayout.peer(words, 0, words, 128, 256, slots, 0, 64, SqEntry.SIZE);
 * Producer producer = new Producer(layout);
 * long at = producer.claim();                       // -1 when full
 * SqEntry.fill(producer.slots(), at, Opcode.NOP, -1, 0, 0, 0, 42);
 * boolean wake = producer.publish();                // one release store a batch
 * }</pre>
 */
package dev.annulus.ring;
