// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A change of the namespaces that can be used.
 *
 * @param before what it was; null for one that was added
 * @param after what it is; null for one that was removed, or cannot be used any more
 */
public record NamespaceChange(Namespace before, Namespace after) {
  /**
   * The identifier of what changed.
   *
   * @return an unsigned number
   */
  public int nsid() {
    return before == null ? after.nsid() : before.nsid();
  }

  /** What became of one list in another, ascending. */
  static List<NamespaceChange> between(List<Namespace> before, List<Namespace> after) {
    Map<Integer, Namespace> old = new TreeMap<>(Integer::compareUnsigned);
    Map<Integer, NamespaceChange> changes = new TreeMap<>(Integer::compareUnsigned);
    before.forEach(each -> old.put(each.nsid(), each));
    for (Namespace each : after) {
      Namespace was = old.remove(each.nsid());
      if (!Objects.equals(was, each)) {
        changes.put(each.nsid(), new NamespaceChange(was, each));
      }
    }
    old.forEach((nsid, was) -> changes.put(nsid, new NamespaceChange(was, null)));
    return new ArrayList<>(changes.values());
  }
}
