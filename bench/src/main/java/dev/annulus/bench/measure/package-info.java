// SPDX-License-Identifier: Apache-2.0

/**
 * Measuring one thing against another.
 *
 * <p><b>Guarantee.</b> Both sides run in turn, a pair after the other, in one run; the ratio is the
 * median of the pairs' ratios. A side that fails ends the measurement with an exception: there is
 * no result of a part.
 *
 * <p><b>Threads.</b> One thread runs a measurement. <b>Ownership.</b> {@link
 * dev.annulus.bench.measure.Measurement} opens both sides and closes both.
 *
 * <pre>{@code
 * Result result = new Measurement(Plan.of(5)).run(comparison);
 * System.out.println(Lines.ratio("kernel-nop", result));
 * }</pre>
 */
package dev.annulus.bench.measure;
