// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.List;

/** Reads lists of identifiers that a controller gives in parts, however long it says they are. */
final class IdentifierLists {
  /** More namespaces than this are refused: each takes an Identify command and a record. */
  static final int MOST = 4096;

  /** A list of controllers is one structure: a count, then the identifiers. */
  private static final int MOST_CONTROLLERS = 2047;

  private IdentifierLists() {}

  /** Namespaces, ascending: active or allocated ones, by the CNS. */
  static List<Integer> namespaces(AdminQueue admin, int cns, int commandSet, String which)
      throws NvmeException {
    List<Integer> all = new ArrayList<>();
    int last = 0;
    while (true) {
      String what = "Identify, " + which + " namespaces after " + Integer.toUnsignedString(last);
      AdminCommand command =
          AdminCommand.of(AdminOpcode.IDENTIFY, what)
              .nsid(last)
              .cdw10(cns, commandSet << 24)
              .receives(Identify.SIZE);
      byte[] page = admin.execute(command).data();
      for (int at = 0; at < page.length; at += Integer.BYTES) {
        int nsid = LittleEndian.i32(page, at);
        if (nsid == 0) {
          return all;
        }
        if (Integer.compareUnsigned(nsid, last) <= 0 || all.size() == MOST) {
          throw new NvmeException(
              what + ": not ascending, or more than " + MOST + ": the controller is broken");
        }
        all.add(nsid);
        last = nsid;
      }
    }
  }

  /** Controllers, ascending: a subsystem's, or those that have a namespace attached. */
  static List<Integer> controllers(AdminQueue admin, int cns, int nsid, String what)
      throws NvmeException {
    byte[] page = admin.identify(cns, nsid, what);
    int number = LittleEndian.u16(page, 0);
    List<Integer> all = new ArrayList<>();
    int last = -1;
    for (int i = 1; i <= number; i++) {
      int id = i > MOST_CONTROLLERS ? -1 : LittleEndian.u16(page, 2 * i);
      if (id <= last) {
        throw new NvmeException(
            what + ": not ascending, or more than fit: the controller is broken");
      }
      all.add(id);
      last = id;
    }
    return all;
  }

  /** A list of controllers, as commands send it. */
  static byte[] controllers(int... ids) {
    byte[] page = new byte[Identify.SIZE];
    if (ids.length == 0 || ids.length > MOST_CONTROLLERS) {
      throw new IllegalArgumentException(
          ids.length + " controllers: name 1 to " + MOST_CONTROLLERS);
    }
    LittleEndian.put(page, 0, 2, ids.length);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] > 0xFFFF || i > 0 && ids[i] <= ids[i - 1]) {
        throw new IllegalArgumentException(
            "controller " + ids[i] + ": 0 to 65,535, each once and in ascending order");
      }
      LittleEndian.put(page, 2 * (i + 1), 2, ids[i]);
    }
    return page;
  }
}
