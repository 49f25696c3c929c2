// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code sys:counters} reads as what the host counted up to the moment that it was opened, in JSON.
 * The snapshot is the handle's own and does not change.
 */
final class SysScheme implements Scheme {
  private static final byte[] COUNTERS = "counters".getBytes(StandardCharsets.US_ASCII);

  private final Host host;
  private final Map<Long, MemorySegment> snapshots = new HashMap<>();
  private long next;

  SysScheme(Host host) {
    this.host = host;
  }

  @Override
  public long open(Request request, MemorySegment path) {
    if (path.mismatch(MemorySegment.ofArray(COUNTERS)) >= 0) {
      return -Errno.ENOENT;
    }
    if ((request.opFlags() & Files.O_ACCMODE) != 0) {
      return -Errno.EROFS;
    }
    byte[] text = (host.counters() + "\n").getBytes(StandardCharsets.UTF_8);
    long resource = next;
    next = next + 1 & Integer.MAX_VALUE;
    snapshots.put(resource, MemorySegment.ofArray(text));
    return resource;
  }

  @Override
  public long perform(Request request) {
    return switch (request.opcode()) {
      case Opcode.READ -> read(request, snapshots.get(request.resource()));
      case Opcode.STATX ->
          StatxReply.write(request, snapshots.get(request.resource()).byteSize(), 4096);
      case Opcode.SIZE -> snapshots.get(request.resource()).byteSize();
      case Opcode.FSYNC -> 0;
      case Opcode.CLOSE -> {
        snapshots.remove(request.resource());
        yield 0;
      }
      case Opcode.WRITE -> -Errno.EBADF;
      default -> -Errno.EINVAL;
    };
  }

  private static long read(Request request, MemorySegment snapshot) {
    long offset = request.offset();
    long length = Integer.toUnsignedLong(request.length());
    if (offset < 0) {
      return -Errno.EINVAL;
    }
    if (request.buffer(request.addr(), length) == 0) {
      return -Errno.EFAULT;
    }
    long count = Math.min(length, Math.max(snapshot.byteSize() - offset, 0));
    if (count > 0) {
      MemorySegment.copy(snapshot, offset, request.region(), request.addr(), count);
    }
    return count;
  }

  @Override
  public void cancel(long token) {}

  @Override
  public void release(long resource) {
    snapshots.remove(resource);
  }

  @Override
  public void close() {}
}
