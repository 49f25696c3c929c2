// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

/** The record of one lease, used again for another when it is over. */
final class Slice {
  /** Its place in the table of leases. */
  final int slot;

  /** How many leases had this record before: no two leases have the same name. */
  int generation;

  /** The next record without a lease. */
  Slice next;

  /** Number of the region within the pool. */
  int index;

  Region region;

  /** First granule, granules, and the order of the block that they are the start of. */
  int first;

  int count;
  int order;

  /** Offset within the region. */
  long offset;

  /** Bytes asked for. */
  long size;

  /** Operations in flight that use it. */
  int holds;

  /** There is a lease; ends only when it is released and no operation holds it. */
  boolean out;

  /** The owner has released it. */
  boolean released;

  Slice(int slot) {
    this.slot = slot;
  }
}
