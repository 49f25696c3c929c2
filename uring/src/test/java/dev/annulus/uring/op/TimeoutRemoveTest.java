// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimeoutRemoveTest extends OperationTest {
  private MemorySegment time(long seconds, long nanos) {
    return arena.allocateFrom(JAVA_LONG, seconds, nanos);
  }

  @Test
  void endsATimeoutEarly() throws IOException {
    start(new Timeout(time(3600, 0), 0, 0), 0, 1);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, 0), both(new TimeoutRemove(1)));
    fails(Errno.ENOENT, new TimeoutRemove(1));
  }
}
