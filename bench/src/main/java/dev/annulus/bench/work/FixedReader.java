// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.ffi.Files;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import dev.annulus.uring.op.ReadFixed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads a file by a kernel ring, with a registered file and a registered buffer. */
final class FixedReader extends Reader {
  private final Ring ring;
  private final MemorySegment buffers;

  private FixedReader(Arguments arguments, int depth, int batch) throws ErrnoException {
    super(depth, batch);
    ring = Rings.open(RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE));
    int flags = arguments.number() == 0 ? Files.O_RDONLY : Files.O_RDONLY | Files.O_DIRECT;
    String path = arguments.word();
    int file = ErrnoException.check("open " + path, Files.open(path, flags, 0));
    buffers = Arena.global().allocate((long) depth * ReadFile.BLOCK, ReadFile.BLOCK);
    ring.registerFiles(1);
    ring.registerFile(0, file);
    ring.registerBuffers(buffers);
  }

  static Worker open(Arguments arguments) throws ErrnoException {
    return new FixedReader(arguments, arguments.number(), arguments.number());
  }

  @Override
  MemorySegment buffers() {
    return buffers;
  }

  @Override
  void prepare(int slot, int block) {
    long at = ring.claim();
    long address = buffers.address() + (long) slot * ReadFile.BLOCK;
    long offset = (long) block * ReadFile.BLOCK;
    ReadFixed.prep(ring.entries(), at, 0, 0, address, ReadFile.BLOCK, offset, slot);
    SqEntry.flags(ring.entries(), at, SqEntry.IOSQE_FIXED_FILE);
  }

  @Override
  void turn(int least) throws IOException {
    ring.await(least, 0);
    // No more: what is started with the next call is a batch then, as fio's is.
    ring.reap(this, least);
  }

  @Override
  long systemCalls() {
    return ring.info().systemCalls();
  }
}
