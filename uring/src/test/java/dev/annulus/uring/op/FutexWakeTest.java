// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FutexWakeTest extends OperationTest {
  @Test
  void wakes() throws IOException {
    MemorySegment word = arena.allocateFrom(JAVA_INT, 5);
    start(new FutexWait(word, 5, FutexWait.FUTEX2_PRIVATE), 0, 1);
    start(new FutexWake(word, 9, FutexWait.FUTEX2_PRIVATE), 0, 2);
    assertEquals(Map.of(1L, 0, 2L, 1), completions(2));
    assertEquals(0, run(new FutexWake(word, 9, 0)));
  }
}
