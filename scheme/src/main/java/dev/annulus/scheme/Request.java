// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.PeerSession;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One entry of a client: a private copy, so that what was checked stays what is used. There is one
 * object a reactor, filled anew for each entry.
 */
public final class Request {
  private final MemorySegment entry;
  private PeerSession session;
  private long token;
  private long resource;
  private MemorySegment region;
  private int note;

  Request(Arena arena) {
    entry = arena.allocate(SqEntry.SIZE, 64);
  }

  /** Copies the next entry; each of its words is read once. */
  void load(PeerSession from, MemorySegment entries, long at) {
    session = from;
    SqEntry.copy(entries, at, entry, 0);
    note = 0;
  }

  int note() {
    return note;
  }

  /**
   * Leaves a number in the operation's record, to be read by {@link Services#note} when it
   * completes: all the state that a scheme needs for most operations.
   *
   * @param number any 32 bits
   */
  public void note(int number) {
    note = number;
  }

  void bind(long boundToken, long boundResource) {
    token = boundToken;
    resource = boundResource;
  }

  int handle() {
    return SqEntry.fd(entry, 0);
  }

  long userData() {
    return SqEntry.userData(entry, 0);
  }

  int flags() {
    return SqEntry.flags(entry, 0);
  }

  /**
   * What identifies the operation until it is complete.
   *
   * @return 64 bits; the upper 8 are 0
   */
  public long token() {
    return token;
  }

  /**
   * The resource that the entry's handle stands for.
   *
   * @return as answered by {@link Scheme#open}
   */
  public long resource() {
    return resource;
  }

  /**
   * The operation.
   *
   * @return see {@link dev.annulus.ring.Opcode}
   */
  public int opcode() {
    return SqEntry.opcode(entry, 0);
  }

  /**
   * The field {@code ioprio}.
   *
   * @return 0 to 65535
   */
  public int ioprio() {
    return SqEntry.ioprio(entry, 0);
  }

  /**
   * The field {@code off}.
   *
   * @return any 64 bits
   */
  public long offset() {
    return SqEntry.off(entry, 0);
  }

  /**
   * The field {@code addr}: for most opcodes an offset within a region.
   *
   * @return any 64 bits
   */
  public long addr() {
    return SqEntry.addr(entry, 0);
  }

  /**
   * The field {@code len}.
   *
   * @return any 32 bits, unsigned
   */
  public int length() {
    return SqEntry.len(entry, 0);
  }

  /**
   * The opcode's own flags.
   *
   * @return any 32 bits
   */
  public int opFlags() {
    return SqEntry.opFlags(entry, 0);
  }

  /**
   * Looks up a buffer in the region that {@code buf_index} names, and checks its bounds.
   *
   * @param offset within the region, any value
   * @param length bytes, any value
   * @return the buffer's address here, or 0 where it does not lie within a region; the memory stays
   *     mapped until the operation is complete
   */
  public long buffer(long offset, long length) {
    MemorySegment memory = session.region(SqEntry.bufIndex(entry, 0));
    if (memory == null || offset < 0 || length < 0 || offset > memory.byteSize() - length) {
      return 0;
    }
    region = memory;
    return memory.address() + offset;
  }

  /**
   * The region of the last successful {@link #buffer}.
   *
   * @return the whole region
   */
  public MemorySegment region() {
    return region;
  }

  /**
   * The client's session, for what a scheme keeps by client.
   *
   * @return the session
   */
  public PeerSession session() {
    return session;
  }
}
