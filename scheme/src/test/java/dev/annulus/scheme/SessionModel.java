// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.peer.PeerRing;
import dev.annulus.peer.Region;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What must come of a session whose client writes anything: says for the memory as it stands which
 * entries are taken, what each is answered, and for which word the session ends.
 */
final class SessionModel {
  record Answer(long userData, long result) {}

  record Pending(long userData, boolean open) {}

  private static final byte[] NAME = {'p', 'r', 'o', 'b', 'e'};
  private static final int BUSY = Integer.MIN_VALUE;
  private static final int LATER = Integer.MIN_VALUE + 1;

  final MemorySegment client;
  final MemorySegment region;
  final int sqEntries;
  final int cqEntries;
  final int credit;
  final long[] handles;
  final List<Answer> posted = new ArrayList<>();

  /** In the order in which the probe promised them. */
  final Deque<Pending> pending = new ArrayDeque<>();

  long head;
  long tailSeen;
  long cqTail;
  long published;
  private long cqHeadSeen;
  private int open;
  private long upcoming;

  /** The word that ends the session, or null. */
  String violation;

  SessionModel(PeerRing ring, Region shared, long start, int maxHandles) {
    client = ring.sq().slots();
    region = shared.memory();
    sqEntries = ring.sq().entries();
    cqEntries = ring.cq().entries();
    credit = ring.credit();
    handles = new long[maxHandles];
    Arrays.fill(handles, -1);
    head = tailSeen = cqTail = cqHeadSeen = published = start;
  }

  long slot(long index) {
    return 4096 + (index & sqEntries - 1) * SqEntry.SIZE;
  }

  /** Answers how many entries are taken. */
  int drain(int budget, ProbeScheme probe) {
    upcoming = probe.upcoming();
    if (tailSeen == head) {
      long tail = client.get(JAVA_LONG, 0);
      if (Long.compareUnsigned(tail - tailSeen, sqEntries) > 0) {
        violation = "tail";
        return 0;
      }
      tailSeen = tail;
    }
    int taken = 0;
    for (long ready = Math.min(tailSeen - head, budget); taken < ready; taken++) {
      long at = slot(head);
      if (pending.size() == credit) {
        violation = "credit";
        return taken;
      }
      int result = result(at, probe.full);
      if (result == BUSY) {
        return taken;
      }
      long userData = SqEntry.userData(client, at);
      head++;
      if (result == LATER) {
        pending.add(new Pending(userData, SqEntry.opcode(client, at) == Opcode.OPEN_URL));
      } else {
        post(userData, result);
      }
      if (violation != null) {
        return taken;
      }
    }
    return taken;
  }

  private int result(long at, boolean full) {
    int opcode = SqEntry.opcode(client, at);
    if (SqEntry.flags(client, at) != 0) {
      return -Errno.EINVAL;
    }
    return switch (opcode) {
      case Opcode.NOP -> 0;
      case Opcode.OPEN_URL -> open(at, full);
      case Opcode.ASYNC_CANCEL -> {
        long wanted = SqEntry.addr(client, at);
        yield pending.stream().anyMatch(p -> p.userData == wanted) ? 0 : -Errno.ENOENT;
      }
      default -> opcode > Opcode.OFFER ? -Errno.EINVAL : perform(at, opcode, full);
    };
  }

  private boolean inRegion(long at, long length) {
    long offset = SqEntry.addr(client, at);
    return SqEntry.bufIndex(client, at) == 0
        && Long.compareUnsigned(offset, region.byteSize()) <= 0
        && Long.compareUnsigned(length, region.byteSize() - offset) <= 0;
  }

  private int perform(long at, int opcode, boolean full) {
    int handle = SqEntry.fd(client, at);
    if (handle < 0 || handle >= handles.length || handles[handle] < 0) {
      return -Errno.EBADF;
    }
    var way = ProbeScheme.Way.of(SqEntry.opFlags(client, at));
    if (way == ProbeScheme.Way.BUSY && full) {
      return BUSY;
    }
    if (opcode == Opcode.CLOSE) {
      handles[handle] = -1;
      open--;
    }
    int length = SqEntry.len(client, at);
    return switch (way) {
      case LATER -> LATER;
      case REFUSED -> inRegion(at, Integer.toUnsignedLong(length)) ? -Errno.ENOSPC : -Errno.EFAULT;
      default -> ProbeScheme.answer(SqEntry.off(client, at), SqEntry.addr(client, at), length);
    };
  }

  private int open(long at, boolean full) {
    long length = Integer.toUnsignedLong(SqEntry.len(client, at));
    if (open == handles.length) {
      return -Errno.EMFILE;
    }
    if (length == 0 || length > OpenUrl.MAX_URL) {
      return length == 0 ? -Errno.EINVAL : -Errno.ENAMETOOLONG;
    }
    if (!inRegion(at, length)) {
      return -Errno.EFAULT;
    }
    byte[] url = region.asSlice(SqEntry.addr(client, at), length).toArray(JAVA_BYTE);
    int colon = new String(url, StandardCharsets.ISO_8859_1).indexOf(':');
    for (byte b : url) {
      colon = b == 0 ? -1 : colon;
    }
    if (colon < 0) {
      return -Errno.EINVAL;
    }
    if (!Arrays.equals(NAME, Arrays.copyOf(url, colon))) {
      return -Errno.ENODEV;
    }
    return switch (ProbeScheme.Way.of(colon + 1 < url.length ? url[colon + 1] : 0)) {
      case AT_ONCE -> handle(upcoming++);
      case LATER -> LATER;
      case BUSY -> full ? BUSY : handle(upcoming++);
      case REFUSED -> -Errno.ENOENT;
    };
  }

  private int handle(long resource) {
    if (open == handles.length) {
      return -Errno.EMFILE;
    }
    int handle = 0;
    while (handles[handle] >= 0) {
      handle++;
    }
    handles[handle] = resource;
    open++;
    return handle;
  }

  /** The promise that is oldest is kept. */
  void complete(long result) {
    Pending done = pending.remove();
    post(done.userData, done.open && result >= 0 ? handle(result) : result);
  }

  private void post(long userData, long result) {
    boolean extended = (int) result != result;
    int needed = !extended ? 1 : isLast(cqTail) ? 3 : 2;
    if (cqEntries - (cqTail - cqHeadSeen) < needed) {
      long word = client.get(JAVA_LONG, 128);
      if (Long.compareUnsigned(word - cqHeadSeen, published - cqHeadSeen) > 0) {
        violation = "head";
        return;
      }
      cqHeadSeen = word;
      if (cqEntries - (cqTail - cqHeadSeen) < needed) {
        violation = "credit";
        return;
      }
    }
    cqTail += needed;
    posted.add(new Answer(userData, result));
  }

  /** Whether an extended completion cannot begin in the slot of an index. */
  boolean isLast(long index) {
    return (index & cqEntries - 1) == cqEntries - 1;
  }

  /** What was posted is visible now. */
  void flush() {
    published = cqTail;
  }
}
