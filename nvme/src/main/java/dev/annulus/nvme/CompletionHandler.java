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
   * @param result what the command answers: dword 0 of the completion in bits 31:0, dword 1 in
   *     63:32. Most commands answer with 32 bits at most, Zone Append with 64. The device wrote it:
   *     check it before use
   */
  void completed(long token, int status, long result);
}
