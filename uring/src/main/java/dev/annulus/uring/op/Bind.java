// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * {@code IORING_OP_BIND}, as {@code bind(2)}. The result is 0.
 *
 * @param fd descriptor
 * @param address {@code struct sockaddr}, whole
 */
public record Bind(int fd, MemorySegment address) implements Operation {
  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public Bind {
    Arguments.descriptor(fd);
    Arguments.buffer(address);
  }

  @Override
  public int opcode() {
    return Opcode.BIND;
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    prep(entries, at, fd, address.address(), (int) address.byteSize(), tag);
  }

  /**
   * Writes the entry from addresses.
   *
   * @param entries memory of entries
   * @param at offset of the entry
   * @param fd descriptor
   * @param address address of a {@code struct sockaddr}
   * @param length bytes
   * @param tag user data
   */
  public static void prep(
      MemorySegment entries, long at, int fd, long address, int length, long tag) {
    SqEntry.fill(entries, at, Opcode.BIND, fd, length, address, 0, tag);
  }
}
