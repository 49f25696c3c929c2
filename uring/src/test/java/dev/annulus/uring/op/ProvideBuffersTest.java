// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ProvideBuffersTest extends OperationTest {
  /** A read into whichever buffer of a group. */
  private record ReadSelected(int fd, int group) implements Operation {
    @Override
    public int opcode() {
      return dev.annulus.ring.Opcode.READ;
    }

    @Override
    public void prepare(MemorySegment entries, long at, long tag) {
      Read.prep(entries, at, fd, 0, 16, -1, 0, tag);
      SqEntry.flags(entries, at, SqEntry.IOSQE_BUFFER_SELECT);
      SqEntry.bufIndex(entries, at, group);
    }
  }

  @Test
  void givesAGroupOfBuffers() throws IOException {
    MemorySegment buffers = arena.allocate(4 * 16);
    assertEquals(0, run(new ProvideBuffers(buffers, 16, 4, 3, 10)));
    int[] pipe = pipe();
    put(pipe[1]);
    start(new ReadSelected(pipe[0], 3), 0, 1);
    assertEquals(1, completion(1));
    assertTrue((lastFlags & CqEntry.IORING_CQE_F_BUFFER) != 0);
    int id = lastFlags >>> 16;
    assertTrue(id >= 10 && id < 14, "buffer " + id);
    assertEquals("x", text(buffers.asSlice((id - 10) * 16L), 1));
    assertThrows(IllegalArgumentException.class, () -> new ProvideBuffers(buffers, 17, 4, 3, 10));
  }
}
