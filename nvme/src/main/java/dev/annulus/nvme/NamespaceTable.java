// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.Arrays;
import java.util.List;

/**
 * The block sizes of a controller's namespaces, for one queue's thread: remembers the latest one.
 * And which have zones.
 */
final class NamespaceTable {
  private final int[] nsids;
  private final int[] shifts;
  private final ZonedNamespaces zoned;
  private int lastNsid;
  private int lastShift;

  /** A table of namespaces in ascending order of their identifiers. */
  NamespaceTable(List<Namespace> namespaces, ZonedNamespaces zoned) {
    this.zoned = zoned;
    nsids = namespaces.stream().mapToInt(Namespace::nsid).toArray();
    shifts =
        namespaces.stream()
            .mapToInt(each -> Integer.numberOfTrailingZeros(each.blockSize()))
            .toArray();
  }

  /** log2 of a namespace's block size. */
  int blockShift(int nsid) {
    return nsid == lastNsid && nsid != 0 ? lastShift : lookUp(nsid);
  }

  /** Whether a namespace is written at the write pointers of zones alone. */
  boolean isZoned(int nsid) {
    return zoned.has(nsid);
  }

  private int lookUp(int nsid) {
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
