// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The namespaces of a controller as they are known now. Any thread. A queue pair compares the list
 * with the one it knows at each command, by a read that orders nothing; what a list holds never
 * changes.
 */
final class Namespaces {
  private static final VarHandle CURRENT;

  static {
    try {
      CURRENT = MethodHandles.lookup().findVarHandle(Namespaces.class, "current", List.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final AdminQueue admin;
  private final CommandSets sets;
  private final ControllerInfo info;
  private final Handshake handshake;

  /** Held over a refresh, so that an older list does not replace a newer one. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Those whose blocks are about to become others; under the lock. */
  private final Set<Integer> hidden = new HashSet<>();

  private volatile NamespaceList all;
  private volatile ZonedNamespaces zoned;

  @SuppressWarnings("unused") // by CURRENT
  private volatile List<Namespace> current;

  private Consumer<List<NamespaceChange>> listener = changes -> {};

  Namespaces(AdminQueue admin, CommandSets sets, ControllerInfo info, Handshake handshake)
      throws NvmeException {
    this.admin = admin;
    this.sets = sets;
    this.info = info;
    this.handshake = handshake;
    all = NamespaceList.read(admin, sets, info, handshake.cap());
    zoned = zones(all);
    current = all.usable();
  }

  private ZonedNamespaces zones(NamespaceList list) throws NvmeException {
    long page = 1L << handshake.pageShift();
    return ZonedNamespaces.read(admin, sets, list.usable(), page, info.maxTransferBytes());
  }

  /** Who is told of changes, under the lock: must not wait. */
  void changesTo(Consumer<List<NamespaceChange>> told) {
    listener = told;
  }

  /** The same list until there is another. */
  List<Namespace> usable() {
    return current;
  }

  /** The list by an opaque read: safe, since lists are immutable, and free of fences. */
  @SuppressWarnings("unchecked")
  List<Namespace> look() {
    return (List<Namespace>) CURRENT.getOpaque(this);
  }

  /** Those that have zones. */
  ZonedNamespaces zoned() {
    return zoned;
  }

  /** What all active namespaces say of themselves. */
  List<NamespaceFacts> facts() {
    return all.facts();
  }

  Namespace get(int nsid) throws NvmeException {
    return all.get(nsid);
  }

  /** Asks the controller anew; tells the listener what has changed, and whether anything has. */
  boolean refresh() throws NvmeException {
    lock.lock();
    try {
      NamespaceList now = NamespaceList.read(admin, sets, info, handshake.cap());
      // Before the list: who finds a namespace there finds its zones too.
      zoned = zones(now);
      List<NamespaceChange> changes = NamespaceChange.between(all.usable(), now.usable());
      all = now;
      publish();
      if (!changes.isEmpty()) {
        listener.accept(changes);
      }
      return !changes.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Has queue pairs refuse commands to namespaces, until they are shown again. */
  void hide(List<Integer> nsids) {
    lock.lock();
    try {
      hidden.addAll(nsids);
      publish();
    } finally {
      lock.unlock();
    }
  }

  /** Lets queue pairs have namespaces again, as the controller says they are now. */
  void show(List<Integer> nsids) throws NvmeException {
    lock.lock();
    try {
      hidden.removeAll(nsids);
      refresh();
    } finally {
      lock.unlock();
    }
  }

  private void publish() {
    List<Namespace> shown =
        hidden.isEmpty()
            ? all.usable()
            : all.usable().stream().filter(each -> !hidden.contains(each.nsid())).toList();
    // Where nothing changed the list stays the same, and queue pairs have nothing to look up.
    if (!shown.equals(current)) {
      current = shown;
    }
  }
}
