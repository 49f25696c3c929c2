// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Where the doorbells are among a controller's registers. Made once, used at each doorbell.
 *
 * @param stride bytes from one to the next
 * @param size bytes of all registers; nothing behind them is written
 */
record DoorbellRegisters(int stride, long size) {
  /** As CAP has them. */
  static DoorbellRegisters of(long cap, long size) {
    return new DoorbellRegisters(4 << Registers.doorbellStride(cap), size);
  }

  /** A submission queue's tail, as a register's offset. */
  int submission(int queue) throws NvmeException {
    return at(2L * queue);
  }

  /** A completion queue's head, as a register's offset. */
  int completion(int queue) throws NvmeException {
    return at(2L * queue + 1);
  }

  private int at(long number) throws NvmeException {
    long at = Registers.DOORBELLS + number * stride;
    if (at > size - 4) {
      throw new NvmeException(
          "doorbell "
              + number
              + " is behind the controller's registers ("
              + size
              + " bytes): it grants more queues than it has; ask for fewer");
    }
    return (int) at;
  }
}
