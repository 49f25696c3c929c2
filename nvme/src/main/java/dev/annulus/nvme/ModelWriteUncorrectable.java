// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Write Uncorrectable. */
record ModelWriteUncorrectable() implements ModelIoCommand {
  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) {
    int status = ModelBlocks.writable(command, namespace);
    if (status == 0) {
      namespace.unreadable().add(command.cdw10, ModelBlocks.count(command));
    }
    return status;
  }
}
