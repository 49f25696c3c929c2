// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class EpollCtlTest extends OperationTest {
  private static final int EPOLLIN = 1;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;

  @Test
  void addsAndDeletes() throws IOException {
    int epoll = own(dev.annulus.ffi.Events.epoll());
    int[] pipe = pipe();
    MemorySegment event = arena.allocate(12);
    event.set(JAVA_INT, 0, EPOLLIN);
    assertEquals(0, run(new EpollCtl(epoll, EPOLL_CTL_ADD, pipe[0], event)));
    fails(Errno.EEXIST, new EpollCtl(epoll, EPOLL_CTL_ADD, pipe[0], event));
    put(pipe[1]);
    assertEquals(1, run(new EpollWait(epoll, arena.allocate(12), 1)));
    assertEquals(0, run(new EpollCtl(epoll, EPOLL_CTL_DEL, pipe[0], MemorySegment.NULL)));
    fails(Errno.ENOENT, new EpollCtl(epoll, EPOLL_CTL_DEL, pipe[0], MemorySegment.NULL));
  }
}
