// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** One command of the I/O queues, as the model carries it out. */
interface ModelIoCommand {
  /** Carries it out and answers its status; what it throws {@link ModelIo} makes a status of. */
  int execute(ModelCommand command, ModelNamespace namespace) throws IOException;

  /** The same where the namespace's identifier is none of the model's. */
  default int elsewhere(ModelCommand command) throws IOException {
    return StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | NvmeStatus.DO_NOT_RETRY;
  }
}
