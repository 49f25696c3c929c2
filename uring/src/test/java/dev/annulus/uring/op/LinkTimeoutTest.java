// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkTimeoutTest extends OperationTest {
  private MemorySegment time(long seconds, long nanos) {
    return arena.allocateFrom(JAVA_LONG, seconds, nanos);
  }

  @Test
  void cancelsWhatTakesTooLong() throws IOException {
    int[] pipe = pipe();
    queue(new Read(pipe[0], arena.allocate(1), -1, 0), SqEntry.IOSQE_IO_LINK, 1);
    start(new LinkTimeout(time(0, 1_000_000), 0), 0, 2);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, -Errno.ETIME), completions(2));
  }

  @Test
  void leavesAloneWhatIsInTime() throws IOException {
    queue(new Nop(), SqEntry.IOSQE_IO_LINK, 1);
    start(new LinkTimeout(time(3600, 0), 0), 0, 2);
    assertEquals(Map.of(1L, 0, 2L, -Errno.ECANCELED), completions(2));
  }
}
