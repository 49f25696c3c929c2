// SPDX-License-Identifier: Apache-2.0
/**
 * The house rules that a machine can check. Each finding names the file and line and what to do.
 *
 * <p>A rule looks at one file, or at the whole tree; both are tested on small bad examples, so that
 * a rule that finds nothing is known to be able to. The rules have no state and use one thread.
 *
 * <pre>{@code
 * List<Finding> findings = TextRules.COLUMNS.check(new Source("ring/A.java", text));
 * }</pre>
 */
package dev.annulus.it.tidy;
