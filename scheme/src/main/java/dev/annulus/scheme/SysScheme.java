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
  private final Map<Long, Snapshot> snapshots = new HashMap<>();
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
    long resource = next;
    next = next + 1 & Integer.MAX_VALUE;
    snapshots.put(resource, new Snapshot(host.counters() + "\n"));
    return resource;
  }

  @Override
  public long perform(Request request) {
    long result = snapshots.get(request.resource()).perform(request);
    if (request.opcode() == Opcode.CLOSE) {
      snapshots.remove(request.resource());
    }
    return result;
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
