// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.util.Arrays;

/**
 * The handles of one context: small numbers that mean nothing outside it. A new one gets the lowest
 * number that is free, as POSIX has it for descriptors.
 */
final class HandleTable {
  private static final int FREE = -1;

  private final int most;
  private int[] schemes = new int[8];
  private long[] resources = new long[8];
  private int open;

  HandleTable(int most) {
    this.most = most;
    Arrays.fill(schemes, FREE);
  }

  /** Whether one more fits the client's quota. */
  boolean full() {
    return open >= most;
  }

  /** Adds a resource; answers its handle. Only where the table is not {@link #full}. */
  int add(int scheme, long resource) {
    int handle = 0;
    while (handle < schemes.length && schemes[handle] != FREE) {
      handle++;
    }
    if (handle == schemes.length) {
      schemes = Arrays.copyOf(schemes, 2 * handle);
      resources = Arrays.copyOf(resources, 2 * handle);
      Arrays.fill(schemes, handle, schemes.length, FREE);
    }
    schemes[handle] = scheme;
    resources[handle] = resource;
    open++;
    return handle;
  }

  /** The scheme of a handle that a client named, or -1 where it is not open. */
  int scheme(int handle) {
    return handle >= 0 && handle < schemes.length ? schemes[handle] : FREE;
  }

  long resource(int handle) {
    return resources[handle];
  }

  void remove(int handle) {
    schemes[handle] = FREE;
    open--;
  }

  int open() {
    return open;
  }

  /** One past the highest handle. */
  int end() {
    return schemes.length;
  }
}
