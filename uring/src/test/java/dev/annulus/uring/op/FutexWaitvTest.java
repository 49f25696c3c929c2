// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FutexWaitvTest extends OperationTest {
  @Test
  void waitsForOneOfSeveral() throws IOException {
    MemorySegment a = arena.allocateFrom(JAVA_INT, 5);
    MemorySegment b = arena.allocateFrom(JAVA_INT, 6);
    MemorySegment waiters = arena.allocate(48, 8);
    dev.annulus.ffi.Futex.waitv(waiters, 0, a.address(), 5);
    dev.annulus.ffi.Futex.waitv(waiters, 1, b.address(), 6);
    start(new FutexWaitv(waiters, 2), 0, 1);
    start(new FutexWake(b, 1, 0), 0, 2);
    assertEquals(Map.of(1L, 1, 2L, 1), completions(2));
    assertThrows(IllegalArgumentException.class, () -> new FutexWaitv(waiters, 3));
  }
}
