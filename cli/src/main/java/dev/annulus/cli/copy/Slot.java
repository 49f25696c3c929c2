// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import java.lang.foreign.MemorySegment;

/** One buffer of a transfer, and the block of bytes that it carries at present. */
final class Slot {
  /** Its buffer. */
  final long lease;

  final MemorySegment memory;

  /** Its number, the tag of its operations: there is at most one in flight. */
  final int number;

  /** Where its block begins in source and target. */
  long offset;

  /** Bytes of its block. */
  int length;

  /** Bytes that the operation in progress shall move: whole blocks of a device. */
  int wanted;

  /** How many of them were moved. */
  int done;

  /** When the operation in flight was prepared, nanoseconds. */
  long started;

  boolean isRead;
  boolean isWritten;

  Slot(int number, long lease, MemorySegment memory) {
    this.number = number;
    this.lease = lease;
    this.memory = memory;
  }

  void begin(long blockOffset, int blockLength, long whole) {
    offset = blockOffset;
    length = blockLength;
    isRead = false;
    isWritten = false;
    want(whole);
  }

  void want(long bytes) {
    wanted = (int) bytes;
    done = 0;
  }
}
