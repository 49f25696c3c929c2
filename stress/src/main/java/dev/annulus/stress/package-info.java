// SPDX-License-Identifier: Apache-2.0

/**
 * The orders of module ring under jcstress, and mutants in which one is missing: {@code ./dev
 * stress}. Runs on the class path, because a mutant's classes stand before the module's.
 */
package dev.annulus.stress;
