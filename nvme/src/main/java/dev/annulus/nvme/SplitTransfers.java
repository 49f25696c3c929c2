// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Transfers of a queue that are longer than one command may be, and so are several: each with its
 * token, how many of its commands are in flight, and the first error that one of them had. For the
 * queue's owner alone; made once, for as many as there can be.
 */
final class SplitTransfers {
  private final long[] tokens;
  private final int[] left;
  private final int[] statuses;
  private final int[] free;
  private int freeCount;

  /** For a queue of so many commands in flight. */
  SplitTransfers(int depth) {
    tokens = new long[depth];
    left = new int[depth];
    statuses = new int[depth];
    free = new int[depth];
    for (int i = 0; i < depth; i++) {
      free[i] = i;
    }
    freeCount = depth;
  }

  /** Begins a transfer of so many commands, which are all in flight together; its number. */
  int begin(long token, int commands) {
    int transfer = free[--freeCount];
    tokens[transfer] = token;
    left[transfer] = commands;
    statuses[transfer] = NvmeStatus.SUCCESS;
    return transfer;
  }

  /** A command of a transfer has ended; answers whether it was the last. */
  boolean ended(int transfer, int status) {
    int before = statuses[transfer];
    if (before == NvmeStatus.SUCCESS
        || byOther(before) && status != NvmeStatus.SUCCESS && !byOther(status)) {
      statuses[transfer] = status;
    }
    if (--left[transfer] > 0) {
      return false;
    }
    free[freeCount++] = transfer;
    return true;
  }

  /** Whether a fused command was aborted for the other's error, which says more. */
  private static boolean byOther(int status) {
    int code = status & ~(NvmeStatus.DO_NOT_RETRY | NvmeStatus.MORE);
    return code == StatusCode.COMMAND_ABORTED_DUE_TO_FAILED_FUSED_COMMAND.value;
  }

  /** What the caller knows the transfer by; also just after its end. */
  long token(int transfer) {
    return tokens[transfer];
  }

  /** What became of the transfer; also just after its end. */
  int status(int transfer) {
    return statuses[transfer];
  }
}
