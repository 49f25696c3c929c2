// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;
import java.util.List;

/** The commands on each namespace, for one queue pair's thread: remembers the latest. */
final class NamespaceTable {
  private final QueuePair pair;
  private final ControllerInfo info;
  private final List<Namespace> namespaces;

  /** In the same order; each made when it is first asked for. */
  private final NvmCommands[] commands;

  private final ZonedNamespaces zoned;
  private boolean plain;
  private int lastNsid;
  private NvmCommands last;

  NamespaceTable(
      QueuePair pair, ControllerInfo info, List<Namespace> namespaces, ZonedNamespaces zoned) {
    this.zoned = zoned;
    this.pair = pair;
    this.info = info;
    this.namespaces = namespaces;
    commands = new NvmCommands[namespaces.size()];
  }

  /** From now on protection information is the controller's, where it is all metadata there is. */
  void usePlainBlocks() {
    plain = true;
  }

  /** The commands on a namespace. */
  NvmCommands get(int nsid) {
    return nsid == lastNsid && nsid != 0 ? last : lookUp(nsid);
  }

  private NvmCommands make(Namespace namespace) {
    boolean zones = zoned.has(namespace.nsid());
    NvmCommands made = new NvmCommands(pair, namespace, zones, info);
    return plain && PlainBlocks.possible(namespace) ? PlainBlocks.of(made) : made;
  }

  private NvmCommands lookUp(int nsid) {
    for (int i = 0; i < commands.length; i++) {
      if (namespaces.get(i).nsid() == nsid) {
        if (commands[i] == null) {
          commands[i] = make(namespaces.get(i));
        }
        lastNsid = nsid;
        last = commands[i];
        return last;
      }
    }
    throw new IllegalArgumentException(
        "namespace "
            + Integer.toUnsignedString(nsid)
            + " is none of the controller's that can be used, which are "
            + Arrays.toString(namespaces.stream().mapToInt(Namespace::nsid).toArray()));
  }
}
