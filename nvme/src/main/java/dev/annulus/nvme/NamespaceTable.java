// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;
import java.util.List;

/**
 * The commands on each namespace, for one queue pair's thread: remembers the latest, and the list
 * that it is from.
 */
final class NamespaceTable {
  private final QueuePair pair;
  private final ControllerInfo info;
  private final Namespaces namespaces;

  /** Whose commands these are; the controller's list until there is another. */
  private List<Namespace> seen;

  /** In the same order; each made when it is first asked for. */
  private NvmCommands[] commands;

  private boolean plain;
  private int lastNsid;
  private NvmCommands last;

  /** A table of a controller's namespaces, in whatever state they are. */
  NamespaceTable(QueuePair pair, ControllerInfo info, Namespaces namespaces) {
    this.pair = pair;
    this.info = info;
    this.namespaces = namespaces;
    adopt(namespaces.usable());
  }

  /** Takes over a list; allocates, since namespaces change rarely. */
  private void adopt(List<Namespace> list) {
    seen = list;
    commands = new NvmCommands[list.size()];
    lastNsid = 0;
  }

  /** From now on protection information is the controller's, where it is all metadata there is. */
  void usePlainBlocks() {
    plain = true;
  }

  /** The commands on a namespace, as it is now. */
  NvmCommands get(int nsid) {
    return nsid == lastNsid && nsid != 0 && namespaces.look() == seen ? last : lookUp(nsid);
  }

  /** Whether a namespace still is what it was. */
  boolean has(Namespace as) {
    if (namespaces.look() == seen && lastNsid == as.nsid() && last.namespace() == as) {
      return true;
    }
    return namespaces.usable().contains(as);
  }

  /** The controller's list as it is now; the same one until a namespace has changed. */
  List<Namespace> look() {
    return namespaces.look();
  }

  private NvmCommands make(Namespace namespace) {
    boolean zones = namespaces.zoned().has(namespace.nsid());
    NvmCommands made = new NvmCommands(pair, seen, namespace, zones, info);
    return plain && PlainBlocks.possible(namespace) ? PlainBlocks.of(made) : made;
  }

  private NvmCommands lookUp(int nsid) {
    List<Namespace> now = namespaces.usable();
    if (now != seen) {
      adopt(now);
    }
    for (int i = 0; i < commands.length; i++) {
      if (seen.get(i).nsid() == nsid) {
        if (commands[i] == null) {
          commands[i] = make(seen.get(i));
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
            + Arrays.toString(seen.stream().mapToInt(Namespace::nsid).toArray()));
  }
}
