// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SendZcTest extends OperationTest {
  @Test
  void completesTwice() throws IOException {
    int[] pair = connection();
    start(new SendZc(pair[0], text("hello"), 0, SendZc.IORING_SEND_ZC_REPORT_USAGE), 0, 1);
    assertEquals(5, completion(1));
    assertTrue(more());
    MemorySegment buffer = arena.allocate(10);
    start(new Recv(pair[1], buffer, 0, 0), 0, 2);
    Map<Long, Integer> results = completions(2);
    assertEquals(5, results.get(2L));
    assertEquals("hello", text(buffer, 5));
    assertEquals(SendZc.IORING_NOTIF_USAGE_ZC_COPIED, results.get(1L), "loopback copies");
    assertEquals(0, ring.inFlight());
  }
}
