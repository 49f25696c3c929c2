// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What must not outlive this process, however it ends: undone by a shutdown hook. */
final class Leftovers {
  private static final Set<Runnable> UNDO = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::undoAll, "annulus-bench-end"));
  }

  private Leftovers() {}

  /** Remembers what to do at the end, should {@link #forget} not come before. */
  static void add(Runnable undo) {
    UNDO.add(undo);
  }

  static void forget(Runnable undo) {
    UNDO.remove(undo);
  }

  private static void undoAll() {
    UNDO.forEach(Runnable::run);
  }
}
