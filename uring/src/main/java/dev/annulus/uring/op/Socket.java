// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_SOCKET}, as {@code socket(2)}. The result is a descriptor, or as {@code
 * fileIndex} says.
 *
 * @param domain {@code AF_*}
 * @param type {@code SOCK_*}
 * @param protocol 0, or one of the domain
 * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
 *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
 */
public record Socket(int domain, int type, int protocol, int fileIndex) implements Operation {
  @Override
  public int opcode() {
    return Opcode.SOCKET;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, domain, type, protocol, fileIndex, tag);
  }

  /**
   * Writes the entry.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param domain {@code AF_*}
   * @param type {@code SOCK_*}
   * @param protocol 0, or one of the domain
   * @param fileIndex 0 for a new descriptor; place + 1 for a registered file; {@code
   *     IORING_FILE_INDEX_ALLOC} (-1) for a free place, which is the result
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int domain, int type, int protocol, int fileIndex, long tag) {
    SqEntry.fill(entries, at, Opcode.SOCKET, domain, type, 0, protocol, tag);
    SqEntry.fileIndex(entries, at, fileIndex);
  }
}
