// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.util.concurrent.ConcurrentHashMap;

/** The names of {@code shm:}, of all reactors of a host. */
final class ShmNames {
  private final ConcurrentHashMap<Key, ShmObject> names = new ConcurrentHashMap<>();

  /** A name is a user's own. */
  record Key(int user, String name) {}

  /** Adds a name; answers false where it is there. */
  boolean add(Key key, ShmObject object) {
    return names.putIfAbsent(key, object) == null;
  }

  /** What has a name, or null. */
  ShmObject get(Key key) {
    return names.get(key);
  }

  /** Removes a name where it still stands for this. */
  void remove(Key key, ShmObject object) {
    names.remove(key, object);
  }
}
