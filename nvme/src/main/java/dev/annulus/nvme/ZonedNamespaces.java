// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a controller tells of those of its namespaces that have zones. */
final class ZonedNamespaces {
  private static final long CSI = (long) ZoneIdentify.CSI_ZONED << ZoneIdentify.CSI_SHIFT;

  private final Map<Integer, ZonedNamespace> all = new HashMap<>();
  private final Map<Integer, NvmeException> wrong = new HashMap<>();

  private ZonedNamespaces() {}

  /** Asks the controller; it is not asked anything where it has none. */
  static ZonedNamespaces read(
      AdminQueue admin, CommandSets sets, List<Namespace> namespaces, long page, long maxTransfer)
      throws NvmeException {
    ZonedNamespaces read = new ZonedNamespaces();
    int zasl = -1;
    for (Namespace each : namespaces) {
      if (sets.isZoned(each.nsid())) {
        zasl = zasl < 0 ? zasl(admin) : zasl;
        read.add(admin, each, zasl, page, maxTransfer);
      }
    }
    return read;
  }

  private static int zasl(AdminQueue admin) throws NvmeException {
    String what = "Identify, zoned namespaces' controller";
    return admin.identify(ZoneIdentify.CNS_CONTROLLER | CSI, 0, what)[ZoneIdentify.ZASL] & 0xFF;
  }

  private void add(AdminQueue admin, Namespace namespace, int zasl, long page, long maxTransfer)
      throws NvmeException {
    int nsid = namespace.nsid();
    String what = "Identify Namespace " + Integer.toUnsignedString(nsid);
    IdentifyNamespace is =
        new IdentifyNamespace(admin.identify(Identify.CNS_NAMESPACE, nsid, what));
    int format = is.format().index();
    byte[] data = admin.identify(ZoneIdentify.CNS_NAMESPACE | CSI, nsid, what + ", zones");
    try {
      all.put(nsid, ZonedNamespace.parse(namespace, format, data, zasl, page, maxTransfer));
    } catch (NvmeException e) {
      wrong.put(nsid, e);
    }
  }

  /** Whether writes are at write pointers alone, also where the zones make no sense. */
  boolean has(int nsid) {
    return all.containsKey(nsid) || wrong.containsKey(nsid);
  }

  ZonedNamespace get(int nsid) throws NvmeException {
    ZonedNamespace found = all.get(nsid);
    if (found != null) {
      return found;
    }
    if (wrong.containsKey(nsid)) {
      throw new NvmeException(wrong.get(nsid).getMessage());
    }
    throw new NvmeException(
        "namespace "
            + Integer.toUnsignedString(nsid)
            + " has no zones: it is read and written as any other");
  }
}
