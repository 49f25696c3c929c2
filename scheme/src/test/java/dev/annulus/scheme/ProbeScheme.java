// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * {@code probe:} answers as its operation's flags or path say, so that a model can tell the answer
 * too, and checks that what it is handed lies where it may.
 */
final class ProbeScheme implements Scheme {
  /** What an operation on an open resource comes to, by the low bits of its flags. */
  enum Way {
    AT_ONCE,
    LATER,
    BUSY,
    REFUSED;

    static Way of(int opFlags) {
      return values()[opFlags & 3];
    }

    static Way of(byte first) {
      return switch (first) {
        case 'l' -> LATER;
        case 'b' -> BUSY;
        case 'n' -> REFUSED;
        default -> AT_ONCE;
      };
    }
  }

  final Set<Long> resources = new HashSet<>();

  /** Tokens of what was promised for later, in this order. */
  final Deque<Long> later = new ArrayDeque<>();

  final Deque<Long> cancelled = new ArrayDeque<>();

  /** Whether those that may be told to wait have to. */
  boolean full;

  private long next;

  /** What an operation answers at once. */
  static int answer(long offset, long addr, int length) {
    return (int) (offset * 31 + addr * 17 + length) & Integer.MAX_VALUE;
  }

  /** The next resource's number. */
  long upcoming() {
    return next;
  }

  long fresh() {
    resources.add(next);
    return next++;
  }

  @Override
  public long open(Request request, MemorySegment path) {
    for (long i = 0; i < path.byteSize(); i++) {
      assertTrue(path.get(ValueLayout.JAVA_BYTE, i) != 0, "a NUL in a path");
    }
    byte first = path.byteSize() == 0 ? 0 : path.get(ValueLayout.JAVA_BYTE, 0);
    return switch (Way.of(first)) {
      case AT_ONCE -> fresh();
      case LATER -> promise(request);
      case BUSY -> full ? BUSY : fresh();
      case REFUSED -> -Errno.ENOENT;
    };
  }

  private long promise(Request request) {
    later.add(request.token());
    return PENDING;
  }

  @Override
  public long perform(Request request) {
    assertTrue(resources.contains(request.resource()), "a resource that is not open");
    assertTrue(request.opcode() <= Opcode.OFFER && request.opcode() != Opcode.OPEN_URL);
    long length = Integer.toUnsignedLong(request.length());
    long address = request.buffer(request.addr(), length);
    if (address != 0) {
      MemorySegment region = request.region();
      long at = address - region.address();
      assertEquals(request.addr(), at);
      assertTrue(at >= 0 && at + length <= region.byteSize(), "a buffer outside its region");
    }
    Way way = Way.of(request.opFlags());
    if (way == Way.BUSY && full) {
      return BUSY;
    }
    if (request.opcode() == Opcode.CLOSE) {
      resources.remove(request.resource());
    }
    return switch (way) {
      case LATER -> promise(request);
      case REFUSED -> address == 0 ? -Errno.EFAULT : -Errno.ENOSPC;
      default -> answer(request.offset(), request.addr(), request.length());
    };
  }

  @Override
  public void cancel(long token) {
    assertTrue(later.contains(token), "cancels what is not pending");
    cancelled.add(token);
  }

  @Override
  public void release(long resource) {
    assertTrue(resources.remove(resource), "releases what is not open");
  }

  @Override
  public void close() {}
}
