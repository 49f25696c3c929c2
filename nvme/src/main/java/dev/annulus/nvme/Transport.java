// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The way to one controller: its registers, its doorbells, memory it can reach, its interrupts.
 *
 * <p>A transport is open when it is handed to {@link Controller#start}: the device answers register
 * reads and its interrupts, if it has any, are enabled (QEMU and others look at that only while the
 * controller is being enabled). It belongs to whoever opened it and is closed after the controller.
 *
 * <p><b>Threads.</b> Any thread may call any method. Two doorbells of one queue are never written
 * at the same time: they are the queue's owner's.
 *
 * <p><b>Order.</b> Everything the calling thread wrote to DMA memory before a register or doorbell
 * write is visible to the device when it sees that write (a release at least; a full store barrier
 * where the processor's device memory needs one).
 */
public interface Transport extends AutoCloseable {
  /**
   * Reads a 32-bit controller register.
   *
   * @param register byte offset, a multiple of 4
   * @return its value; all ones where the device is gone
   * @throws NvmeException where the way to the device failed
   */
  int readInt(int register) throws NvmeException;

  /**
   * Reads a 64-bit controller register.
   *
   * @param register byte offset, a multiple of 8
   * @return its value; all ones where the device is gone
   * @throws NvmeException where the way to the device failed
   */
  long readLong(int register) throws NvmeException;

  /**
   * Writes a 32-bit controller register.
   *
   * @param register byte offset, a multiple of 4
   * @param value what to write
   * @throws NvmeException where the way to the device failed
   */
  void writeInt(int register, int value) throws NvmeException;

  /**
   * Writes a 64-bit controller register.
   *
   * @param register byte offset, a multiple of 8
   * @param value what to write
   * @throws NvmeException where the way to the device failed
   */
  void writeLong(int register, long value) throws NvmeException;

  /**
   * Writes a submission queue's tail doorbell. Hot: no allocation, no lock that is held while
   * waiting.
   *
   * @param queue the queue's identifier, 0 for the admin queue
   * @param tail index of the slot after the last filled one
   * @throws NvmeException where the way to the device failed
   */
  void submissionDoorbell(int queue, int tail) throws NvmeException;

  /**
   * Writes a completion queue's head doorbell. Hot, as {@link #submissionDoorbell}.
   *
   * @param queue the queue's identifier, 0 for the admin queue
   * @param head index of the slot that is read next
   * @throws NvmeException where the way to the device failed
   */
  void completionDoorbell(int queue, int head) throws NvmeException;

  /**
   * Memory that the device can reach.
   *
   * @return the one object of this transport
   */
  DmaMemory dma();

  /**
   * How many interrupt vectors can be had.
   *
   * @return 0 where there is only polling
   */
  int interruptVectors();

  /**
   * A descriptor that becomes readable when a vector is raised, such as an {@code eventfd(2)}:
   * reading it sets it back. It stays the transport's; the same one is returned each time.
   *
   * @param vector 0 to {@link #interruptVectors} - 1
   * @return the descriptor, or -1 where there is only polling
   * @throws NvmeException where it could not be made
   */
  int interruptFd(int vector) throws NvmeException;

  /**
   * Resets the function from outside, for a controller that no longer answers its registers. When
   * it returns, the device reaches no memory until it is enabled again; its registers are as after
   * power on.
   *
   * @throws NvmeException where the device cannot be reset
   */
  void reset() throws NvmeException;

  /**
   * Resets the device where it still works, then frees what {@link DmaMemory#allocate} gave and
   * closes the way to it. Closing twice is closing once.
   */
  @Override
  void close();
}
