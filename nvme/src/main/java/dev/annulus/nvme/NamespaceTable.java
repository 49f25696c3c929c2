// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;
import java.util.List;

/**
 * The block sizes of a controller's namespaces, for one queue's thread: remembers the latest one,
 * and the list that it is from. And which have zones.
 */
final class NamespaceTable {
  private final Namespaces namespaces;
  private List<Namespace> seen;
  private int[] nsids;
  private int[] shifts;
  private int lastNsid;
  private int lastShift;

  /** A table of a controller's namespaces, in whatever state they are. */
  NamespaceTable(Namespaces namespaces) {
    this.namespaces = namespaces;
    adopt(namespaces.usable());
  }

  /** Takes over a list; allocates, since namespaces change rarely. */
  private void adopt(List<Namespace> list) {
    seen = list;
    nsids = list.stream().mapToInt(Namespace::nsid).toArray();
    shifts =
        list.stream().mapToInt(each -> Integer.numberOfTrailingZeros(each.blockSize())).toArray();
    lastNsid = 0;
  }

  /** log2 of a namespace's block size, as it is now. */
  int blockShift(int nsid) {
    return nsid == lastNsid && nsid != 0 && namespaces.look() == seen ? lastShift : lookUp(nsid);
  }

  /** Whether a namespace is written at the write pointers of zones alone. */
  boolean isZoned(int nsid) {
    return namespaces.zoned().has(nsid);
  }

  private int lookUp(int nsid) {
    List<Namespace> now = namespaces.usable();
    if (now != seen) {
      adopt(now);
    }
    for (int i = 0; i < nsids.length; i++) {
      if (nsids[i] == nsid) {
        lastNsid = nsid;
        lastShift = shifts[i];
        return lastShift;
      }
    }
    throw new IllegalArgumentException(
        "namespace "
            + Integer.toUnsignedString(nsid)
            + " is none of the controller's that can be"
            + " used, which are "
            + Arrays.toString(nsids));
  }
}
