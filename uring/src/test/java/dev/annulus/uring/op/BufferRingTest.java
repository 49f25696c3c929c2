// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ffi.Files;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.BufferRing;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Groups of provided buffers, whole and incremental. */
class BufferRingTest extends OperationTest {
  private static final int GROUP = 9;

  /** As much as a buffer of the group has room for. */
  private static Operation read(int fd) {
    return new Read(fd, MemorySegment.NULL, -1, 0).withBuffers(GROUP);
  }

  private void put(int fd, String text) {
    assertEquals(text.length(), Files.write(fd, text(text).address(), text.length()));
  }

  @Test
  void buffersAreTakenInOrderAndGivenBack() throws ErrnoException {
    int[] pipe = pipe();
    try (BufferRing group = BufferRing.register(kernel(), GROUP, arena.allocate(64), 16, false)) {
      put(pipe[1], "x");
      fails(Errno.ENOBUFS, read(pipe[0]));
      for (int id = 0; id < 4; id++) {
        group.give(id);
      }
      group.publish();
      assertEquals(0, group.head());
      for (int i = 0; i < 100; i++) {
        assertEquals(1, run(read(pipe[0])));
        int id = BufferRing.id(lastFlags);
        assertEquals(i % 4, id);
        assertEquals((id + 1) % 4, group.after(id));
        assertEquals(i % 2 == 0 ? "x" : "y", text(group.buffer(id), 1));
        assertEquals(0, group.begin(lastFlags, 1));
        group.give(id);
        group.publish();
        put(pipe[1], i % 2 == 0 ? "y" : "x");
      }
      assertEquals(100, group.head());
    }
    fails(Errno.ENOBUFS, read(pipe[0]));
  }

  /** Past 2^16 buffers, where the tail begins anew. */
  @Test
  void indicesGoAround() throws ErrnoException {
    int[] pipe = pipe();
    int bytes = 1 << 17;
    MemorySegment data = arena.allocate(1 << 15);
    try (BufferRing group = BufferRing.register(kernel(), GROUP, arena.allocate(16), 1, false)) {
      for (int id = 0; id < 16; id++) {
        group.give(id);
      }
      for (int done = 0; done < bytes; done += 16) {
        if (done % data.byteSize() == 0) {
          assertEquals(data.byteSize(), Files.write(pipe[1], data.address(), data.byteSize()));
        }
        group.publish();
        for (int i = 0; i < 16; i++) {
          queue(read(pipe[0]), 0, i);
        }
        ring.await(16, 0);
        int taken =
            ring.reap(
                (tag, result, flags) -> {
                  assertEquals(1, result);
                  assertEquals(tag, BufferRing.id(flags));
                  group.give((int) tag);
                },
                16);
        assertEquals(16, taken);
      }
      assertEquals(bytes & 0xffff, group.head() & 0xffff);
    }
  }

  @Test
  void incrementalOnesAreUsedUpBitByBit() throws ErrnoException {
    int[] pipe = pipe();
    try (BufferRing group = BufferRing.register(kernel(), GROUP, arena.allocate(32), 16, true)) {
      group.give(1);
      group.give(0);
      group.publish();
      String all = "abcdefghijklmnop";
      for (int i = 0; i < 16; i += 4) {
        put(pipe[1], all.substring(i, i + 4));
        assertEquals(4, run(read(pipe[0])));
        assertEquals(1, BufferRing.id(lastFlags));
        assertEquals(i < 12, (lastFlags & CqEntry.IORING_CQE_F_BUF_MORE) != 0);
        assertEquals(i, group.begin(lastFlags, 4));
      }
      assertEquals(all, text(group.buffer(1), 16));
      put(pipe[1], "z");
      assertEquals(1, run(read(pipe[0])));
      assertEquals(0, BufferRing.id(lastFlags), "the next");
      assertEquals(0, group.begin(lastFlags, 1));
    }
  }

  @Test
  void whatCannotBeIsRefused() throws ErrnoException {
    MemorySegment memory = arena.allocate(64);
    assertThrows(
        IllegalArgumentException.class,
        () -> BufferRing.register(kernel(), 1, MemorySegment.ofArray(new byte[16]), 8, false));
    for (int size : new int[] {0, -1, 24, 65}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> BufferRing.register(kernel(), 1, memory, size, false));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> BufferRing.register(kernel(), 1 << 16, memory, 8, false));
    try (BufferRing group = BufferRing.register(kernel(), 1, memory, 16, false)) {
      ErrnoException twice =
          assertThrows(
              ErrnoException.class, () -> BufferRing.register(kernel(), 1, memory, 16, false));
      assertEquals(Errno.EEXIST, twice.errno());
      assertThrows(IndexOutOfBoundsException.class, () -> group.give(4));
      assertThrows(IllegalArgumentException.class, () -> group.give(0, 17));
      assertThrows(IllegalArgumentException.class, () -> BufferRing.id(0));
    }
  }
}
