// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AsyncCancelTest extends OperationTest {
  @Test
  void cancelsByUserData() throws IOException {
    start(new PollAdd(pipe()[0], 1, 0), 0, 1);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, 0), both(new AsyncCancel(1, -1, 0, 0)));
    fails(Errno.ENOENT, new AsyncCancel(1, -1, 0, 0));
  }

  @Test
  void cancelsAllOfADescriptor() throws IOException {
    int fd = pipe()[0];
    start(new PollAdd(fd, 1, 0), 0, 1);
    start(new PollAdd(fd, 1, 0), 0, 3);
    start(new PollAdd(pipe()[0], 1, 0), 0, 4);
    int how = AsyncCancel.IORING_ASYNC_CANCEL_FD | AsyncCancel.IORING_ASYNC_CANCEL_ALL;
    start(new AsyncCancel(0, fd, 0, how), 0, 2);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 3L, -Errno.ECANCELED, 2L, 2), completions(3));
    assertEquals(1, ring.inFlight());
  }

  @Test
  void cancelsByOpcode() throws IOException {
    start(new PollAdd(pipe()[0], 1, 0), 0, 1);
    int how = AsyncCancel.IORING_ASYNC_CANCEL_OP | AsyncCancel.IORING_ASYNC_CANCEL_ALL;
    start(new AsyncCancel(0, -1, dev.annulus.ring.Opcode.POLL_ADD, how), 0, 2);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, 1), completions(2));
  }

  @Test
  void cancelsWhateverItIs() throws IOException {
    start(new PollAdd(pipe()[0], 1, 0), 0, 1);
    start(new AsyncCancel(0, -1, 0, AsyncCancel.IORING_ASYNC_CANCEL_ANY), 0, 2);
    assertEquals(-Errno.ECANCELED, completions(2).get(1L));
  }
}
