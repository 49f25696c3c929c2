// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.scheme.Snapshot;
import java.util.Arrays;

/** What clients of one reactor have open: devices, and texts about them, by number. */
final class OpenResources {
  private Object[] all = new Object[8];

  long add(Object resource) {
    int at = 0;
    while (at < all.length && all[at] != null) {
      at++;
    }
    if (at == all.length) {
      all = Arrays.copyOf(all, 2 * at);
    }
    all[at] = resource;
    return at;
  }

  /** The device, or null where it is none. */
  BlockHandle blocks(long number) {
    return all[(int) number] instanceof BlockHandle blocks ? blocks : null;
  }

  /** A text. */
  Snapshot text(long number) {
    return (Snapshot) all[(int) number];
  }

  void remove(long number) {
    all[(int) number] = null;
  }
}
