// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.BlockMetadata;
import dev.annulus.nvme.Namespace;
import dev.annulus.nvme.NvmCommands;
import dev.annulus.nvme.Protection;
import dev.annulus.nvme.QueuePair;

/**
 * A namespace as plain blocks: protection information that is all the metadata there is, the
 * controller writes and checks itself. Other metadata a command here has no place for.
 */
final class PlainCommands {
  private static final int PROTECTION_BYTES = 8;
  private static final int TYPE_WITHOUT_REFERENCE = 3;

  private PlainCommands() {}

  /** Refuses a namespace that cannot be read and written so. */
  static void require(Device device, Namespace namespace) throws CommandException {
    BlockMetadata metadata = namespace.metadata();
    boolean stripped = metadata.protectionType() != 0 && metadata.size() == PROTECTION_BYTES;
    if (metadata.size() != 0 && !stripped) {
      throw new CommandException(
          ExitCode.USAGE,
          "namespace %s of %s has %d bytes of metadata with each block, which these commands do not"
                  .formatted(
                      Integer.toUnsignedString(namespace.nsid()), device.name(), metadata.size())
              + " move: format it without, or use the library");
    }
  }

  static NvmCommands of(QueuePair queue, Namespace namespace) {
    NvmCommands commands = queue.nvm(namespace.nsid());
    return switch (namespace.metadata().protectionType()) {
      case 0 -> commands;
      case TYPE_WITHOUT_REFERENCE ->
          commands.withProtection(new Protection(true, Protection.GUARD, 0, 0, 0));
      default -> commands.withProtection(Protection.BY_CONTROLLER);
    };
  }
}
