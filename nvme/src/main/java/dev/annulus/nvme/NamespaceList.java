// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The active namespaces of a controller: those that can be used, and why the others cannot. */
final class NamespaceList {
  private static final int LARGEST_BLOCK_SHIFT = 16;

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
  static NamespaceList read(AdminQueue admin, CommandSets sets) throws NvmeException {
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
      byte[] data = admin.identify(Identify.CNS_NAMESPACE, nsid, what);
      sort(nsid, data, usable, unusable);
      facts.add(NamespaceFacts.parse(nsid, data, unusable.get(nsid)));
    }
    return new NamespaceList(usable, unusable, facts);
  }

  private static void sort(
      int nsid, byte[] data, List<Namespace> usable, Map<Integer, String> unusable) {
    ByteBuffer page = little(data);
    int flbas = data[Identify.FLBAS];
    int format = flbas & 0xF | flbas >>> 1 & 0x30;
    int lbaf = page.getInt(Identify.LBAF + 4 * format);
    int shift = lbaf >>> 16 & 0xFF;
    int metadata = lbaf & 0xFFFF;
    long blocks = page.getLong(Identify.NSZE);
    if (shift < 9 || shift > LARGEST_BLOCK_SHIFT) {
      unusable.put(nsid, "its blocks are of 2^" + shift + " bytes, not 512 to 65,536");
    } else if (metadata != 0) {
      unusable.put(nsid, "its blocks carry " + metadata + " bytes of metadata: format it without");
    } else if (blocks <= 0 || blocks > Long.MAX_VALUE >>> shift) {
      unusable.put(nsid, "its size of " + Long.toUnsignedString(blocks) + " blocks cannot be");
    } else {
      boolean readOnly = (data[Identify.NSATTR] & 1) != 0;
      usable.add(new Namespace(nsid, 1 << shift, blocks, readOnly));
    }
  }

  private static ByteBuffer little(byte[] data) {
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
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
