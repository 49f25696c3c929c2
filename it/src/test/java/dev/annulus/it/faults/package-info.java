// SPDX-License-Identifier: Apache-2.0

/**
 * Every system call fails once. {@link dev.annulus.it.faults.EveryCall} repeats a piece of work
 * with the first call failing, then the second, and so on until a run meets no failure; after each,
 * nothing may be left behind.
 */
package dev.annulus.it.faults;
