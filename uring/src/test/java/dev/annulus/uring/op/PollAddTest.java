// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PollAddTest extends OperationTest {
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;

  @Test
  void waitsForData() throws IOException {
    int[] pipe = pipe();
    start(new PollAdd(pipe[0], POLLIN, 0), 0, 1);
    assertEquals(0, ring.await(1, 10_000_000));
    put(pipe[1]);
    assertEquals(POLLIN, completion(1));
    assertFalse(more());
  }

  @Test
  void comesAgainAndAgain() throws IOException {
    int[] pipe = pipe();
    start(new PollAdd(pipe[0], POLLIN, PollAdd.IORING_POLL_ADD_MULTI), 0, 1);
    put(pipe[1]);
    assertEquals(POLLIN, completion(1));
    assertTrue(more());
    put(pipe[1]);
    assertEquals(POLLIN, completion(1));
    assertTrue(more());
  }

  @Test
  void isReadyAtOnce() throws IOException {
    assertEquals(POLLOUT, run(new PollAdd(pipe()[1], POLLOUT, 0)));
  }
}
