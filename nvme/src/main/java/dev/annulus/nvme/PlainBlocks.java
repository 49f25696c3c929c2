// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Namespaces as plain blocks, for those who know of no metadata: protection information that is all
 * the metadata there is, the controller writes and checks itself; other metadata cannot be left
 * out.
 */
final class PlainBlocks {
  private PlainBlocks() {}

  /** Whether a namespace can be used so. */
  static boolean possible(Namespace namespace) {
    BlockMetadata metadata = namespace.metadata();
    return metadata.size() == 0
        || metadata.protectionType() != 0 && metadata.size() == BlockMetadata.PROTECTION_SIZE;
  }

  /** The commands on a namespace that can. */
  static NvmCommands of(NvmCommands commands) {
    return switch (commands.namespace().metadata().protectionType()) {
      case 0 -> commands;
      case 3 -> commands.withProtection(new Protection(true, Protection.GUARD, 0, 0, 0));
      default -> commands.withProtection(Protection.BY_CONTROLLER);
    };
  }
}
