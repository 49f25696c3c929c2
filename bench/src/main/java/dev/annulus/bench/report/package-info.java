// SPDX-License-Identifier: Apache-2.0

/**
 * What is shown of results: a table, a line for programs, JSON, a page with charts.
 *
 * <p><b>Guarantee.</b> Only complete results get here: nothing that failed has a ratio.
 *
 * <p><b>Threads.</b> Values only. <b>Ownership.</b> Whoever opened a writer closes it.
 */
package dev.annulus.bench.report;
