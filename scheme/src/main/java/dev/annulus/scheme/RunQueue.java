// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A context's operations in progress: one record of 32 bytes each, as many as the client has
 * credit. All state of a pending operation is in its record; a free record holds the next free
 * one's number.
 */
final class RunQueue {
  /** Bytes a pending operation. */
  static final int RECORD = 32;

  /** {@code u64}: the client's user data. */
  private static final int USER_DATA = 0;

  /** {@code u64}: when the entry was taken, nanoseconds. */
  private static final int STARTED = 8;

  /** {@code i32}: the scheme's number. */
  private static final int SCHEME = 16;

  /** {@code u16}: counts the uses of the record, so that a stale token does not match. */
  private static final int GENERATION = 20;

  /** {@code u8}: the opcode. */
  private static final int OPCODE = 22;

  /** {@code u8}: 1 while in use. */
  private static final int IN_USE = 23;

  /** {@code i32}: when free, the next free record. */
  private static final int NEXT = 24;

  /** {@code i32}: the scheme's own. */
  private static final int NOTE = 28;

  private static final int NONE = -1;

  private final MemorySegment records;
  private final int capacity;
  private int free;
  private int used;

  RunQueue(int capacity, Arena arena) {
    this.capacity = capacity;
    records = arena.allocate((long) capacity * RECORD, 64);
    for (int slot = 0; slot < capacity; slot++) {
      records.set(JAVA_INT, at(slot) + NEXT, slot + 1 < capacity ? slot + 1 : NONE);
    }
  }

  private static long at(int slot) {
    return (long) slot * RECORD;
  }

  /** The slot that the next {@link #take} will use, or -1 where the client's credit is used up. */
  int next() {
    return free;
  }

  /** Takes the record of {@link #next}, which must not be -1. */
  void take(long userData, int opcode, int scheme, int note, long now) {
    long at = at(free);
    free = records.get(JAVA_INT, at + NEXT);
    records.set(JAVA_LONG, at + USER_DATA, userData);
    records.set(JAVA_LONG, at + STARTED, now);
    records.set(JAVA_BYTE, at + OPCODE, (byte) opcode);
    records.set(JAVA_BYTE, at + IN_USE, (byte) 1);
    records.set(JAVA_INT, at + SCHEME, scheme);
    records.set(JAVA_INT, at + NOTE, note);
    used++;
  }

  /** Gives a record back; tokens made for it match no more. */
  void give(int slot) {
    long at = at(slot);
    records.set(JAVA_BYTE, at + IN_USE, (byte) 0);
    records.set(JAVA_SHORT, at + GENERATION, (short) (generation(slot) + 1));
    records.set(JAVA_INT, at + NEXT, free);
    free = slot;
    used--;
  }

  boolean matches(int slot, int generation) {
    return slot < capacity && inUse(slot) && generation(slot) == generation;
  }

  boolean inUse(int slot) {
    return records.get(JAVA_BYTE, at(slot) + IN_USE) != 0;
  }

  int generation(int slot) {
    return records.get(JAVA_SHORT, at(slot) + GENERATION) & 0xffff;
  }

  long userData(int slot) {
    return records.get(JAVA_LONG, at(slot) + USER_DATA);
  }

  long started(int slot) {
    return records.get(JAVA_LONG, at(slot) + STARTED);
  }

  int opcode(int slot) {
    return records.get(JAVA_BYTE, at(slot) + OPCODE) & 0xff;
  }

  int scheme(int slot) {
    return records.get(JAVA_INT, at(slot) + SCHEME);
  }

  int note(int slot) {
    return records.get(JAVA_INT, at(slot) + NOTE);
  }

  /** The slot of a pending operation with this user data, or -1. Looks at every record. */
  int find(long userData) {
    for (int slot = 0; slot < capacity; slot++) {
      if (inUse(slot) && userData(slot) == userData) {
        return slot;
      }
    }
    return NONE;
  }

  int used() {
    return used;
  }

  int capacity() {
    return capacity;
  }
}
