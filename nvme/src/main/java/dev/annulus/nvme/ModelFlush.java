// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;

/** Flush: the one command that may name all namespaces. */
record ModelFlush(ModelConfig config) implements ModelIoCommand {
  private static final int ALL_NAMESPACES = -1;

  @Override
  public int execute(ModelCommand command, ModelNamespace namespace) throws IOException {
    namespace.backing().flush();
    return 0;
  }

  @Override
  public int elsewhere(ModelCommand command) throws IOException {
    if (command.nsid != ALL_NAMESPACES) {
      return ModelIoCommand.super.elsewhere(command);
    }
    all();
    return 0;
  }

  /** Makes all that was written durable. */
  void all() throws IOException {
    for (ModelNamespace each : config.namespaces()) {
      each.backing().flush();
    }
  }
}
