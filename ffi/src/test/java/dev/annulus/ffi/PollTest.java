// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static dev.annulus.ffi.TestFds.opened;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PollTest {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = Poll.buffer(arena);
  private int fd;

  @BeforeEach
  void open() {
    fd = opened(Events.eventfd(true));
  }

  @AfterEach
  void close() {
    Files.close(fd);
    arena.close();
  }

  @Test
  void endsWhenTheTimeIsUp() {
    assertEquals(0, Poll.readable(fd, buffer, 0));
    long wanted = TimeUnit.MILLISECONDS.toNanos(3);
    long began = System.nanoTime();
    assertEquals(0, Poll.readable(fd, buffer, wanted));
    assertTrue(System.nanoTime() - began >= wanted);
  }

  @Test
  void endsAtOnceWhereItIsReadable() {
    assertEquals(0, Events.signal(fd));
    assertEquals(1, Poll.readable(fd, buffer, Long.MAX_VALUE));
    assertEquals(1, Poll.readable(fd, buffer, 0), "it was not read");
    assertEquals(0, Events.drain(fd));
    assertEquals(0, Poll.readable(fd, buffer, 0));
  }

  @Test
  void isWokenByAnotherThread() throws Exception {
    Thread other = Thread.ofPlatform().start(() -> Events.signal(fd));
    assertEquals(1, Poll.readable(fd, buffer, TimeUnit.SECONDS.toNanos(20)));
    other.join();
  }

  @Test
  void aDescriptorThatIsNotOpenDoesNotBlock() {
    assertEquals(1, Poll.readable(1_000_000, buffer, Long.MAX_VALUE));
  }
}
