// SPDX-License-Identifier: Apache-2.0

/** Rings in processes from which something was taken away: calls, memory, descriptors. */
package dev.annulus.it.limits;
