// SPDX-License-Identifier: Apache-2.0

/**
 * What the entry path must not do, whichever module it runs through: read-modify-writes, locks. The
 * class files are read, so nothing depends on what a run happens to meet. No state, one thread.
 *
 * <pre>{@code
 * CallGraph graph = new CallGraph(List.of("dev.annulus.ring.Producer.claim"), Set.of());
 * Set<String> methods = graph.reached().keySet();
 * }</pre>
 */
package dev.annulus.it.path;
