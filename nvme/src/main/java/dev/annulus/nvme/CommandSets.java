// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The I/O command sets of a controller: which are in use, and which of them each namespace has.
 * Where the controller has only one way (CAP.CSS), that is the NVM command set, and nothing is
 * asked.
 *
 * <p>Source: NVM Express Base Specification 2.0, sections 3.1.3 (CC.CSS), 5.17.2 (Identify) and
 * 5.27.1 (the profile).
 */
final class CommandSets {
  private static final long WANTED = 1L << ZoneIdentify.CSI_NVM | 1L << ZoneIdentify.CSI_ZONED;

  private final AdminQueue admin;
  private final boolean selectable;
  private final Map<Integer, Integer> ofNamespaces = new HashMap<>();

  /** The combination to be used, where that is not the first; else 0. */
  private int combination;

  CommandSets(AdminQueue admin, long cap) {
    this.admin = admin;
    selectable = (Registers.commandSets(cap) & Registers.CSS_IOCS) != 0;
  }

  /** Chooses a combination with zoned namespaces, where there is one; once. */
  void choose() throws NvmeException {
    if (selectable) {
      long cdw10 = ZoneIdentify.CNS_COMMAND_SETS | ZoneIdentify.THIS_CONTROLLER;
      combination = chosen(admin.identify(cdw10, 0, "Identify, I/O command sets"));
      select();
    }
  }

  /** The first combination with both command sets, or 0: what is used where nothing is set. */
  static int chosen(byte[] data) {
    ByteBuffer words = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ZoneIdentify.COMBINATIONS; i++) {
      long word = words.getLong();
      if (word == 0) {
        return 0;
      }
      if ((word & WANTED) == WANTED) {
        return i;
      }
    }
    return 0;
  }

  /** Has the controller use the combination; again after each reset. */
  void select() throws NvmeException {
    if (combination != 0) {
      admin.execute(
          AdminOpcode.SET_FEATURES,
          0,
          Feature.COMMAND_SET_PROFILE | (long) combination << 32,
          0,
          "Set Features, I/O Command Set Profile " + combination,
          "the controller has told of that combination; it is broken");
    }
  }

  /** Finds out a namespace's command set; why the driver cannot use it, or null where it can. */
  String learn(int nsid) throws NvmeException {
    if (!selectable) {
      return null;
    }
    String what = "Identify, names of namespace " + Integer.toUnsignedString(nsid);
    int csi = csi(admin.identify(Identify.CNS_NAMESPACE_DESCRIPTORS, nsid, what));
    ofNamespaces.put(nsid, csi);
    return csi == ZoneIdentify.CSI_NVM || csi == ZoneIdentify.CSI_ZONED
        ? null
        : "its command set is number " + csi + ", of which this driver knows nothing";
  }

  /** The command set among a namespace's names; NVM where it is not told. */
  static int csi(byte[] names) {
    int at = 0;
    while (at + Identify.NID < names.length) {
      int length = names[at + Identify.NIDL] & 0xFF;
      if (length == 0) {
        break;
      }
      if (names[at + Identify.NIDT] == Identify.NIDT_CSI) {
        return names[at + Identify.NID] & 0xFF;
      }
      at += Identify.NID + length;
    }
    return ZoneIdentify.CSI_NVM;
  }

  boolean isZoned(int nsid) {
    return ofNamespaces.getOrDefault(nsid, ZoneIdentify.CSI_NVM) == ZoneIdentify.CSI_ZONED;
  }
}
