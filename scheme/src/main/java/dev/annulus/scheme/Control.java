// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Statx;
import dev.annulus.peer.BufferPool;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** The calls of a client that block, one at a time, while nothing else is in flight. */
final class Control {
  private static final int SIZE = 8192;
  private static final int STAT_AT = 0;
  private static final int URL_AT = 512;

  private final Client client;
  private final Operations operations;
  private final MemorySegment entries;
  private final BufferPool pool;

  /** A buffer for attributes, then a URL. */
  private final long lease;

  private final MemorySegment memory;
  private final Answer answer = new Answer();

  Control(Client client, Operations operations, BufferPool pool) throws IOException {
    this.client = client;
    this.operations = operations;
    this.pool = pool;
    entries = client.ring.sq().slots();
    lease = pool.lease(SIZE, 64);
    memory = pool.memory(lease);
  }

  int open(String address, int flags, int mode) throws IOException {
    byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > OpenUrl.MAX_URL) {
      throw new ErrnoException("open " + address, Errno.ENAMETOOLONG, "a URL has 1 to 4112 bytes");
    }
    checkIdle();
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, URL_AT, bytes.length);
    long from = pool.hold(lease, URL_AT, bytes.length);
    long at = operations.claim(Opcode.OPEN_URL, -1, mode, from, bytes.length, lease, 0);
    SqEntry.opFlags(entries, at, flags);
    return (int) block("open " + address);
  }

  FileStat stat(int handle) throws IOException {
    checkIdle();
    long to = pool.hold(lease, STAT_AT, Statx.SIZE);
    long at = operations.claim(Opcode.STATX, handle, to, 0, Statx.STATX_BASIC_STATS, lease, 0);
    SqEntry.opFlags(entries, at, Statx.AT_EMPTY_PATH);
    block("statx");
    return FileStat.read(memory.asSlice(STAT_AT, Statx.SIZE));
  }

  /** An operation of nothing but an opcode and a handle. */
  long call(int opcode, int handle, String what) throws IOException {
    checkIdle();
    operations.claim(opcode, handle, 0, 0, 0, Operations.NO_LEASE, 0);
    return block(what);
  }

  private void checkIdle() {
    if (operations.inFlight() > 0) {
      throw new IllegalStateException(
          operations.inFlight() + " operations are in flight: reap them before a call that blocks");
    }
  }

  private long block(String what) throws IOException {
    client.submit();
    do {
      client.awaitUninterruptibly(1);
    } while (client.reap(answer, 1) == 0);
    return ErrnoException.check(what, answer.result());
  }
}
