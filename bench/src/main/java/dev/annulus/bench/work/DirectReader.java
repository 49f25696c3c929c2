// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.ffi.Files;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads a file by a kernel ring of its own. */
final class DirectReader extends Reader {
  private final Ring ring;
  private final int file;
  private final MemorySegment buffers;

  private DirectReader(Arguments arguments, int depth, int batch) throws ErrnoException {
    super(depth, batch);
    ring = Rings.open(RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE));
    String path = arguments.word();
    file = ErrnoException.check("open " + path, Files.open(path, Files.O_RDONLY, 0));
    buffers = Arena.global().allocate((long) depth * ReadFile.BLOCK, ReadFile.BLOCK);
  }

  static Worker open(Arguments arguments) throws ErrnoException {
    return new DirectReader(arguments, arguments.number(), arguments.number());
  }

  @Override
  MemorySegment buffers() {
    return buffers;
  }

  @Override
  void prepare(int slot, int block) {
    SqEntry.fill(
        ring.entries(),
        ring.claim(),
        Opcode.READ,
        file,
        (long) block * ReadFile.BLOCK,
        buffers.address() + (long) slot * ReadFile.BLOCK,
        ReadFile.BLOCK,
        slot);
  }

  @Override
  void turn(int least) throws IOException {
    ring.await(least, 0);
    ring.reap(this, Integer.MAX_VALUE);
  }

  @Override
  long systemCalls() {
    return ring.info().systemCalls();
  }
}
