// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Receives completions, on the thread that polls. */
@FunctionalInterface
public interface CompletionHandler {
  /**
   * A command is complete: its slot is free again and the device is done with its memory. The
   * handler may submit to the same queue pair.
   *
   * @param token what the command was submitted with
   * @param status 15 bits, 0 for success, see {@link NvmeStatus}
   * @param result dword 0 of the completion, what the command answers
   */
  void completed(long token, int status, int result);
}
