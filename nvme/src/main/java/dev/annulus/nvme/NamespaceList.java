// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The active namespaces of a controller: those that can be used, and why the others cannot. */
final class NamespaceList {
  private final List<Namespace> usable;
  private final Map<Integer, String> unusable;
  private final List<NamespaceFacts> facts;

  private NamespaceList(
      List<Namespace> usable, Map<Integer, String> unusable, List<NamespaceFacts> facts) {
    this.facts = List.copyOf(facts);
    this.usable = List.copyOf(usable);
    this.unusable = Map.copyOf(unusable);
  }

  /** Asks the controller for its active namespaces, and for each of them what it is. */
  static NamespaceList read(AdminQueue admin, CommandSets sets, ControllerInfo info, long cap)
      throws NvmeException {
    ControllerLimits limits = ControllerLimits.read(admin, cap);
    List<Namespace> usable = new ArrayList<>();
    Map<Integer, String> unusable = new HashMap<>();
    List<NamespaceFacts> facts = new ArrayList<>();
    for (int nsid :
        IdentifierLists.namespaces(admin, Identify.CNS_ACTIVE_NAMESPACES, 0, "active")) {
      String why = sets.learn(nsid);
      if (why != null) {
        unusable.put(nsid, why);
        continue;
      }
      String what = "Identify Namespace " + Integer.toUnsignedString(nsid);
      IdentifyNamespace is =
          new IdentifyNamespace(admin.identify(Identify.CNS_NAMESPACE, nsid, what));
      sort(nsid, new NamespaceFormat(is, info, limits), admin, usable, unusable);
      facts.add(NamespaceFacts.of(nsid, is, unusable.get(nsid)));
    }
    return new NamespaceList(usable, unusable, facts);
  }

  private static void sort(
      int nsid,
      NamespaceFormat format,
      AdminQueue admin,
      List<Namespace> usable,
      Map<Integer, String> unusable)
      throws NvmeException {
    String why = format.unusable();
    if (why == null && format.metadata().protectionType() != 0) {
      why = format.unusableProtection(admin, nsid);
    }
    if (why == null) {
      usable.add(format.namespace(nsid));
    } else {
      unusable.put(nsid, why);
    }
  }

  /** The same list each time. */
  List<Namespace> usable() {
    return usable;
  }

  /** What all say of themselves, in the same order. */
  List<NamespaceFacts> facts() {
    return facts;
  }

  Namespace get(int nsid) throws NvmeException {
    for (Namespace each : usable) {
      if (each.nsid() == nsid) {
        return each;
      }
    }
    String why = unusable.getOrDefault(nsid, "the controller has no such active namespace");
    throw new NvmeException("namespace " + Integer.toUnsignedString(nsid) + ": " + why);
  }
}
