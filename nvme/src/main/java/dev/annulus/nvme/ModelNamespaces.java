// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The model's namespaces: which are allocated, which of them are attached, how much is left for
 * others. Iterates over those that are attached. Under the model's lock.
 */
final class ModelNamespaces implements Iterable<ModelNamespace> {
  /** The most identifiers, where namespaces can be made. */
  static final int MOST = 32;

  /** More changes than this are told as "many". */
  static final int MOST_CHANGED = 1024;

  /** By identifier, less 1; null where there is none. */
  private final ModelNamespace[] allocated;

  private final boolean[] attached;
  private final ModelStorage storage;
  private final long total;
  private final Set<Integer> changed = new LinkedHashSet<>();
  private long left;

  ModelNamespaces(List<ModelNamespace> first, ModelStorage storage) {
    this.storage = storage;
    int most = storage.offered() ? Math.max(MOST, first.size()) : first.size();
    allocated = new ModelNamespace[most];
    attached = new boolean[most];
    long bytes = storage.bytes();
    for (ModelNamespace each : first) {
      allocated[each.nsid() - 1] = each;
      attached[each.nsid() - 1] = true;
      bytes += each.backing().size();
    }
    total = bytes;
    left = storage.bytes();
  }

  /** Whether namespaces can be made and unmade. */
  boolean managed() {
    return storage.offered();
  }

  /** The largest identifier that there can be. */
  int limit() {
    return allocated.length;
  }

  /** TNVMCAP: bytes of all, allocated or not. */
  long total() {
    return total;
  }

  /** UNVMCAP: bytes that are not allocated. */
  long left() {
    return left;
  }

  /** An attached namespace by an identifier from outside, or null. */
  ModelNamespace active(int nsid) {
    return has(nsid) && attached[nsid - 1] ? allocated[nsid - 1] : null;
  }

  /** An allocated namespace by an identifier from outside, or null. */
  ModelNamespace allocated(int nsid) {
    return has(nsid) ? allocated[nsid - 1] : null;
  }

  private boolean has(int nsid) {
    return nsid > 0 && nsid <= allocated.length;
  }

  /** Those that are allocated, ascending. */
  List<ModelNamespace> all() {
    List<ModelNamespace> all = new ArrayList<>();
    for (ModelNamespace each : allocated) {
      if (each != null) {
        all.add(each);
      }
    }
    return all;
  }

  @Override
  public Iterator<ModelNamespace> iterator() {
    return all().stream().filter(each -> attached[each.nsid() - 1]).iterator();
  }

  /** An identifier that is not in use, 0 where there is none. */
  int free() {
    for (int i = 0; i < allocated.length; i++) {
      if (allocated[i] == null) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Makes a namespace, attached to none; there must be room. */
  void create(int nsid, int blockSize, long bytes) {
    allocated[nsid - 1] =
        new ModelNamespace(nsid, blockSize, BlockMetadata.NONE, storage.make(bytes));
    left -= bytes;
  }

  /** Unmakes a namespace; its backing is the caller's to close. */
  void delete(int nsid) {
    left += allocated[nsid - 1].backing().size();
    allocated[nsid - 1] = null;
    attached[nsid - 1] = false;
  }

  void attach(int nsid, boolean value) {
    attached[nsid - 1] = value;
  }

  /** Has a namespace be another, with the same identifier. */
  void replace(ModelNamespace namespace) {
    allocated[namespace.nsid() - 1] = namespace;
  }

  /** Notes that a namespace is not what it was, for the log page. */
  void changed(int nsid) {
    changed.add(nsid);
  }

  /** The namespaces that changed since the list was cleared, in the order of the changes. */
  Set<Integer> changed() {
    return changed;
  }
}
