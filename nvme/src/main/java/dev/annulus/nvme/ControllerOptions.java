// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How to start a controller.
 *
 * @param queuePairs I/O queue pairs to ask for, 1 to 65,535; the controller may grant fewer
 * @param maxTransferBytes the most bytes of one command, 4096 or more; the controller may allow
 *     less. Each command slot has a PRP list that fits
 * @param adminTimeoutMillis how long an admin command may take, 1 or more; then the controller is
 *     reset
 * @param ioTimeoutMillis how long a command of a queue pair may take, 1 or more, before it is
 *     aborted; where that does not end it in the same time, the controller is reset. Found by
 *     {@link QueuePair#poll}, up to a quarter later
 * @param interrupts whether I/O completions raise interrupts, for which the transport must have
 *     vectors, one a queue pair; otherwise they are found by polling
 * @param shadowDoorbells whether doorbells in memory are used where the controller offers them
 *     (Doorbell Buffer Config), which controllers in software do: a busy one is then told of
 *     commands without a write to its registers
 */
public record ControllerOptions(
    int queuePairs,
    int maxTransferBytes,
    int adminTimeoutMillis,
    int ioTimeoutMillis,
    boolean interrupts,
    boolean shadowDoorbells) {
  /** 16 queue pairs, 1 MiB, 60 and 30 seconds as in Linux, no interrupts, shadow doorbells. */
  public static final ControllerOptions DEFAULT =
      new ControllerOptions(16, 1 << 20, 60_000, 30_000, false, true);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public ControllerOptions {
    check("queuePairs", queuePairs, 1, 65_535);
    check("maxTransferBytes", maxTransferBytes, 4096, Integer.MAX_VALUE);
    check("adminTimeoutMillis", adminTimeoutMillis, 1, Integer.MAX_VALUE);
    check("ioTimeoutMillis", ioTimeoutMillis, 1, Integer.MAX_VALUE);
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ": must be " + least + " to " + most);
    }
  }

  /**
   * The same with another number of queue pairs.
   *
   * @param count I/O queue pairs to ask for
   * @return the options
   */
  public ControllerOptions withQueuePairs(int count) {
    return new ControllerOptions(
        count, maxTransferBytes, adminTimeoutMillis, ioTimeoutMillis, interrupts, shadowDoorbells);
  }

  /**
   * The same with another largest transfer.
   *
   * @param bytes the most bytes of one command
   * @return the options
   */
  public ControllerOptions withMaxTransferBytes(int bytes) {
    return new ControllerOptions(
        queuePairs, bytes, adminTimeoutMillis, ioTimeoutMillis, interrupts, shadowDoorbells);
  }

  /**
   * The same with another time-out of admin commands.
   *
   * @param millis milliseconds
   * @return the options
   */
  public ControllerOptions withAdminTimeoutMillis(int millis) {
    return new ControllerOptions(
        queuePairs, maxTransferBytes, millis, ioTimeoutMillis, interrupts, shadowDoorbells);
  }

  /**
   * The same with another time-out of I/O commands.
   *
   * @param millis milliseconds
   * @return the options
   */
  public ControllerOptions withIoTimeoutMillis(int millis) {
    return new ControllerOptions(
        queuePairs, maxTransferBytes, adminTimeoutMillis, millis, interrupts, shadowDoorbells);
  }

  /**
   * The same with or without interrupts.
   *
   * @param wanted whether I/O completions raise interrupts
   * @return the options
   */
  public ControllerOptions withInterrupts(boolean wanted) {
    return new ControllerOptions(
        queuePairs, maxTransferBytes, adminTimeoutMillis, ioTimeoutMillis, wanted, shadowDoorbells);
  }

  /**
   * The same with or without shadow doorbells.
   *
   * @param wanted whether they are used where the controller offers them
   * @return the options
   */
  public ControllerOptions withShadowDoorbells(boolean wanted) {
    return new ControllerOptions(
        queuePairs, maxTransferBytes, adminTimeoutMillis, ioTimeoutMillis, interrupts, wanted);
  }
}
