// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.ErrnoException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class TimeoutTest extends OperationTest {
  private MemorySegment time(long seconds, long nanos) {
    return arena.allocateFrom(JAVA_LONG, seconds, nanos);
  }

  @Test
  void endsAfterTheTime() throws ErrnoException {
    Timeout timeout = new Timeout(time(0, 5_000_000), 0, 0);
    long begin = System.nanoTime();
    int res = raw(timeout);
    assertTrue(System.nanoTime() - begin >= 5_000_000);
    assertTrue(Timeout.expired(res));
    assertEquals(0, timeout.result(res));
  }

  @Test
  void endsAfterOtherCompletions() throws ErrnoException {
    Timeout timeout = new Timeout(time(3600, 0), 1, 0);
    start(timeout, 0, 1);
    start(new Nop(), 0, 2);
    assertEquals(0, completion(2));
    int res = completion(1);
    assertFalse(Timeout.expired(res));
    assertEquals(0, timeout.result(res));
  }

  @Test
  void needsATimeAndASensibleCount() {
    assertThrows(IllegalArgumentException.class, () -> new Timeout(time(0, 1).asSlice(0, 8), 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Timeout(time(0, 1), -1, 0));
  }
}
