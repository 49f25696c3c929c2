// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class FutexWaitTest extends OperationTest {
  private int wake(MemorySegment word) {
    return dev.annulus.ffi.Futex.wake(word.address(), 1);
  }

  @Test
  void waits() throws IOException {
    MemorySegment word = arena.allocateFrom(JAVA_INT, 5);
    start(new FutexWait(word, 5, 0), 0, 1);
    assertEquals(1, wake(word));
    assertEquals(0, completion(1));
  }

  @Test
  void answersAtOnceWhereTheValueDiffers() throws IOException {
    fails(Errno.EAGAIN, new FutexWait(arena.allocateFrom(JAVA_INT, 5), 6, 0));
    assertThrows(IllegalArgumentException.class, () -> new FutexWait(arena.allocate(3), 0, 0));
  }
}
