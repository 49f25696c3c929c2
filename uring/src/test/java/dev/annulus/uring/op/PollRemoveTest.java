// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PollRemoveTest extends OperationTest {
  private static final int POLLIN = 1;

  @Test
  void endsAPoll() throws IOException {
    int[] pipe = pipe();
    start(new PollAdd(pipe[0], POLLIN, 0), 0, 1);
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, 0), both(new PollRemove(1, 0, 0, 0)));
    fails(Errno.ENOENT, new PollRemove(1, 0, 0, 0));
  }

  @Test
  void changesAPoll() throws IOException {
    int[] pipe = pipe();
    start(new PollAdd(pipe[0], 0, 0), 0, 1);
    int what = PollRemove.IORING_POLL_UPDATE_EVENTS | PollRemove.IORING_POLL_UPDATE_USER_DATA;
    start(new PollRemove(1, what, POLLIN, 9), 0, 2);
    assertEquals(0, completion(2));
    put(pipe[1]);
    assertEquals(POLLIN, completion(9));
  }
}
