// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.function.LongFunction;

/**
 * What the model makes namespaces of.
 *
 * @param bytes how much there is that no namespace has at first
 * @param maker makes a backing of so many bytes; null where namespaces cannot be made
 */
record ModelStorage(long bytes, LongFunction<Backing> maker) {
  static final ModelStorage NONE = new ModelStorage(0, null);

  boolean offered() {
    return maker != null;
  }

  Backing make(long size) {
    return maker.apply(size);
  }
}
