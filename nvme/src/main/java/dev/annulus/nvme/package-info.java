// SPDX-License-Identifier: Apache-2.0

/**
 * NVMe devices, driven from Java: the driver, the transports to a device, and a controller in
 * software.
 *
 * <p><b>Guarantee.</b> Each command that a {@link dev.annulus.nvme.QueuePair} accepts is completed
 * exactly once, whatever the device writes: a completion that belongs to no command in flight is
 * counted and dropped. The device reaches only memory that {@link dev.annulus.nvme.DmaMemory} gave
 * or mapped for it, and such memory is not freed before the device has lost it. Every wait for the
 * device is bounded.
 *
 * <p><b>Threads.</b> A queue pair belongs to the thread that opened it, and has no lock; one for
 * each thread is the way to use many. Everything else may be called from any thread. Completions
 * are handed over only within a poll of their own queue pair. Who has nothing else to do waits by a
 * {@link dev.annulus.nvme.CompletionWaiter}, which polls and then sleeps.
 *
 * <p><b>Commands.</b> A queue pair reads, writes, compares, flushes; {@link
 * dev.annulus.nvme.QueuePair#nvm} has all commands of the NVM command set on a namespace, with
 * metadata and protection information. What a namespace or its controller does not have is refused
 * before the device sees it.
 *
 * <p><b>Ownership.</b> Who opened it closes it, in reverse order: queue pairs, then the {@link
 * dev.annulus.nvme.Controller}, then the {@link dev.annulus.nvme.Transport}.
 *
 * <p>Source of the formats: NVM Express Base Specification 2.0, NVM Command Set Specification 1.0,
 * Zoned Namespace Command Set Specification 1.1.
 *
 * <pre>{@code
 * Backing blocks = Backing.memory(64 << 20);
 * try (ModelController device = ModelController.builder().namespace(blocks, 512).build();
 *     Controller controller = Controller.start(device, ControllerOptions.DEFAULT);
 *     QueuePair queue = controller.openQueuePair(64)) {
 *   DmaBuffer buffer = controller.dma().allocate(4096, 4096);
 *   queue.read(1, 0, 8, buffer.iova(), 42);          // namespace 1, 8 blocks from block 0
 *   queue.ring();                                    // one doorbell write a batch
 *   while (queue.inFlight() > 0) {
 *     queue.poll((token, status, result) -> check(token, status), 64);
 *   }
 * }
 * }</pre>
 */
package dev.annulus.nvme;
