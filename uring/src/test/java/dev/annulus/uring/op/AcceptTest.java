// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AcceptTest extends OperationTest {
  private int client() throws ErrnoException {
    return run(new Socket(AF_INET, SOCK_STREAM, 0, 0));
  }

  @Test
  void acceptsAndTellsThePeer() throws IOException {
    int listener = listener();
    MemorySegment address = arena.allocate(128, 8);
    MemorySegment length = arena.allocateFrom(JAVA_INT, 128);
    start(new Accept(listener, address, length, 0, 0, 0), 0, 1);
    int client = own(java.util.Objects.checkIndex(client(), 1 << 20));
    start(new Connect(client, loopback(port(listener))), 0, 2);
    Map<Long, Integer> results = completions(2);
    own(results.get(1L));
    assertEquals(0, results.get(2L));
    assertEquals(16, length.get(JAVA_INT, 0));
    assertEquals(AF_INET, address.get(JAVA_SHORT, 0));
  }

  @Test
  void acceptsIntoTheTableOfRegisteredFiles() throws IOException {
    int listener = listener();
    ring.registerFiles(4);
    start(new Accept(listener, MemorySegment.NULL, MemorySegment.NULL, 0, 0, 3), 0, 1);
    start(new Connect(own(client()), loopback(port(listener))), 0, 2);
    assertEquals(Map.of(1L, 0, 2L, 0), completions(2));
    start(new Send(2, text("hi"), 0, 0), SqEntry.IOSQE_FIXED_FILE, 3);
    assertEquals(2, completion(3));
  }

  @Test
  void acceptsAgainAndAgain() throws IOException {
    int listener = listener();
    int flags = Accept.IORING_ACCEPT_MULTISHOT;
    start(new Accept(listener, MemorySegment.NULL, MemorySegment.NULL, 0, flags, 0), 0, 1);
    for (int i = 0; i < 3; i++) {
      start(new Connect(own(client()), loopback(port(listener))), 0, 2);
      Map<Long, Integer> results = completions(2);
      own(results.get(1L));
      assertEquals(0, results.get(2L));
    }
    assertEquals(Map.of(1L, -Errno.ECANCELED, 2L, 0), both(new AsyncCancel(1, -1, 0, 0)));
  }
}
