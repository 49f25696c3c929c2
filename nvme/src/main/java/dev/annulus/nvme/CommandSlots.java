// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The commands in flight of one queue: which slots are free, which identifier each command has, the
 * token it was submitted with, and how long it has been there.
 *
 * <p>A command identifier is the slot in its lower bits and a generation above: each use of a slot
 * has another, so that a stale, repeated or invented completion is told from a true one. Between
 * two uses nothing matches. The all-ones identifier, which the error log reserves, is never used,
 * since the highest slot is not.
 *
 * <p>Age is counted in sweeps: the queue's owner says now and then that one has passed, at least so
 * much time after the one before. So submitting reads no clock, and no command looks older than it
 * is by more than one sweep, however rarely the owner comes by.
 *
 * <p>State of a command in flight: 8 bytes token, 4 bytes identifier and time, 4 bytes place in the
 * free list; 16 in all, and nothing on the heap an operation.
 */
final class CommandSlots {
  private static final int ID_MASK = 0xFFFF;
  private static final int IN_FLIGHT = 1 << 16;
  private static final int ABORTING = 1 << 17;

  /** One of the commands of a {@link SplitTransfers}; its token is the transfer's number. */
  private static final int PART = 1 << 18;

  /** Above them, the sweep in which the command was submitted, or its abort was asked for. */
  private static final int SWEEP_SHIFT = 19;

  /** An age is less than this. */
  static final int AGES = 1 << Integer.SIZE - SWEEP_SHIFT;

  private static final int MATCH_MASK = IN_FLIGHT | ID_MASK;

  private final int entries;
  private final int depth;
  private final long[] tokens;

  /** Identifier, the bits above, and the sweep. */
  private final int[] ids;

  private final int[] free;
  private int freeCount;

  /** The sweep, where it lies in {@link #ids}, with {@link #IN_FLIGHT}. */
  private int now = IN_FLIGHT;

  /** Slots for a queue of so many entries, a power of two up to 4096: one less than entries. */
  CommandSlots(int entries) {
    this.entries = entries;
    depth = entries - 1;
    tokens = new long[depth];
    ids = new int[depth];
    free = new int[depth];
    for (int slot = 0; slot < depth; slot++) {
      ids[slot] = slot;
      free[slot] = depth - 1 - slot;
    }
    freeCount = depth;
  }

  int depth() {
    return depth;
  }

  int inFlight() {
    return depth - freeCount;
  }

  /** How many more can be in flight. */
  int left() {
    return freeCount;
  }

  /** Takes a slot, -1 when all are in flight. */
  int take(long token) {
    if (freeCount == 0) {
      return -1;
    }
    int slot = free[--freeCount];
    tokens[slot] = token;
    ids[slot] |= now;
    return slot;
  }

  /** Marks a slot that was just taken as one of several of a transfer. */
  void part(int slot) {
    ids[slot] |= PART;
  }

  /** Whether a slot in use is one of several of a transfer. */
  boolean isPart(int slot) {
    return (ids[slot] & PART) != 0;
  }

  /** The identifier of the command in a slot. */
  int id(int slot) {
    return ids[slot] & ID_MASK;
  }

  long token(int slot) {
    return tokens[slot];
  }

  /** The slot of an identifier that the device wrote, -1 where no such command is in flight. */
  int find(int id) {
    int slot = id & (entries - 1);
    return slot < depth && (ids[slot] & MATCH_MASK) == (id | IN_FLIGHT) ? slot : -1;
  }

  /** Whether a slot's command is in flight. */
  boolean busy(int slot) {
    return (ids[slot] & IN_FLIGHT) != 0;
  }

  /** Gives a slot back; its identifier matches nothing until it is taken again. */
  void release(int slot) {
    ids[slot] = (ids[slot] + entries) & ID_MASK;
    free[freeCount++] = slot;
  }

  /** A sweep has passed. */
  void swept() {
    now += 1 << SWEEP_SHIFT;
  }

  /** Sweeps since a slot's command was submitted, or since its abort was asked for. */
  int age(int slot) {
    return (now >>> SWEEP_SHIFT) - (ids[slot] >>> SWEEP_SHIFT) & AGES - 1;
  }

  /** Whether the abort of a slot's command was asked for. */
  boolean aborting(int slot) {
    return (ids[slot] & ABORTING) != 0;
  }

  /** Notes that a slot's command took too long and is to be aborted; its age begins anew. */
  void abort(int slot) {
    ids[slot] = ids[slot] & (PART | ID_MASK) | now | ABORTING;
  }
}
