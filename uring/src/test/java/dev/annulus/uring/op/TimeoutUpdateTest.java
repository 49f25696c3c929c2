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

class TimeoutUpdateTest extends OperationTest {
  private MemorySegment time(long seconds, long nanos) {
    return arena.allocateFrom(JAVA_LONG, seconds, nanos);
  }

  @Test
  void givesAnotherTime() throws IOException {
    start(new Timeout(time(3600, 0), 0, 0), 0, 1);
    start(new TimeoutUpdate(1, time(0, 1_000_000), 0), 0, 2);
    assertEquals(Map.of(1L, -Errno.ETIME, 2L, 0), completions(2));
    fails(Errno.ENOENT, new TimeoutUpdate(1, time(0, 1_000_000), 0));
  }

  @Test
  void givesALinkTimeoutAnotherTime() throws IOException {
    int[] pipe = pipe();
    queue(new Read(pipe[0], arena.allocate(1), -1, 0), SqEntry.IOSQE_IO_LINK, 1);
    start(new LinkTimeout(time(3600, 0), 0), 0, 2);
    start(new TimeoutUpdate(2, time(0, 1_000_000), TimeoutUpdate.IORING_LINK_TIMEOUT_UPDATE), 0, 3);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, -Errno.ETIME, 3L, 0), completions(3));
  }
}
