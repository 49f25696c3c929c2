// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.BufferRing;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Several provided buffers by one operation: sends and receives in bundles. */
class BundleTest extends OperationTest {
  private static final int SENDS = 1;
  private static final int RECEIVES = 2;
  private static final int SIZE = 8;

  private BufferRing group(int number) throws ErrnoException {
    return BufferRing.register(kernel(), number, arena.allocate(8 * SIZE), SIZE, false);
  }

  /** What is in the buffers of a bundle, one after the other. */
  private static String text(BufferRing group, int flags, int length) {
    StringBuilder all = new StringBuilder();
    int id = BufferRing.id(flags);
    for (int left = length; left > 0; left -= SIZE) {
      all.append(text(group.buffer(id), Math.min(left, SIZE)));
      id = group.after(id);
    }
    return all.toString();
  }

  @Test
  void oneCompletionForManyBuffers() throws ErrnoException {
    int[] both = connection();
    try (BufferRing sends = group(SENDS);
        BufferRing receives = group(RECEIVES)) {
      String[] parts = {"first, ", "then", " this", " and", " that"};
      for (int i = 0; i < parts.length; i++) {
        int id = 2 * i % 5; // not in the order of their numbers
        MemorySegment.copy(text(parts[i]), 0, sends.buffer(id), 0, parts[i].length());
        sends.give(id, parts[i].length());
      }
      sends.publish();
      Operation send =
          new Send(both[0], MemorySegment.NULL, 0, Send.IORING_RECVSEND_BUNDLE).withBuffers(SENDS);
      String all = String.join("", parts);
      assertEquals(all.length(), run(send));
      assertEquals(0, BufferRing.id(lastFlags));
      assertEquals(2, sends.after(0));
      assertEquals(parts.length, sends.head());
      for (int id = 0; id < 8; id++) {
        receives.give(id);
      }
      receives.publish();
      Operation receive =
          new Recv(both[1], MemorySegment.NULL, 0, Send.IORING_RECVSEND_BUNDLE)
              .withBuffers(RECEIVES);
      assertEquals(all.length(), run(receive));
      assertEquals(all, text(receives, lastFlags, all.length()));
      assertEquals((all.length() + SIZE - 1) / SIZE, receives.head());
    }
  }

  @Test
  void receivesBundlesAgainAndAgain() throws ErrnoException {
    int[] both = connection();
    try (BufferRing receives = group(RECEIVES)) {
      for (int id = 0; id < 8; id++) {
        receives.give(id);
      }
      receives.publish();
      int how = Send.IORING_RECVSEND_BUNDLE | Recv.IORING_RECV_MULTISHOT;
      start(new Recv(both[1], MemorySegment.NULL, 0, how).withBuffers(RECEIVES), 0, 1);
      for (int round = 0; round < 20; round++) {
        String text = "message number %03d".formatted(round);
        start(new Send(both[0], text(text), 0, 0), 0, 2);
        StringBuilder got = new StringBuilder();
        boolean[] sent = new boolean[1];
        while (got.length() < text.length() || !sent[0]) {
          assertTrue(ring.await(1, 20_000_000_000L) > 0);
          ring.reap(
              (tag, res, flags) -> {
                if (tag == 2) {
                  sent[0] = true;
                  return;
                }
                got.append(text(receives, flags, res));
                int id = BufferRing.id(flags);
                for (int left = res; left > 0; left -= SIZE) {
                  int next = receives.after(id);
                  receives.give(id);
                  id = next;
                }
                receives.publish();
              },
              64);
        }
        assertEquals(text, got.toString());
        assertEquals(1, ring.inFlight());
      }
      assertFalse(more());
    }
  }
}
