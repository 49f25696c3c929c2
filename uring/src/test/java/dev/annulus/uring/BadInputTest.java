// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.Read;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bad input is refused before anything reaches the kernel, and the ring goes on. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class BadInputTest {
  private static void works(Ring ring) throws ErrnoException {
    int[] done = new int[1];
    Nop.prep(ring.entries(), ring.claim(), 1);
    ring.await(1, 0);
    ring.reap((tag, result, flags) -> done[0]++, 1);
    assertEquals(1, done[0]);
    assertEquals(0, ring.inFlight());
  }

  private static List<Executable> calls(Ring ring) {
    return List.of(
        ring::claim,
        () -> ring.claim(2),
        ring::unclaim,
        ring::submit,
        () -> ring.await(1, 1),
        () -> ring.reap((tag, result, flags) -> {}, 1),
        () -> ring.registerFiles(1),
        () -> ring.registerFile(0, 0),
        ring::registerBuffers);
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void eachCallOfAnotherThreadOrAfterTheEnd(RingOptions.Policy policy) throws Exception {
    Ring ring = Rings.open(RingOptions.DEFAULT.withPolicy(policy));
    try (ring) {
      List<Throwable> thrown = new ArrayList<>();
      Thread other =
          Thread.ofPlatform()
              .start(() -> {
                for (Executable call : calls(ring)) {
                  thrown.add(assertThrows(WrongThreadException.class, call));
                }
                thrown.add(assertThrows(WrongThreadException.class, ring::close));
              });
      other.join();
      assertEquals(calls(ring).size() + 1, thrown.size());
      works(ring);
    }
    for (Executable call : calls(ring)) {
      assertThrows(IllegalStateException.class, call);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void argumentsThatCannotBe(RingOptions.Policy policy) throws Exception {
    RingOptions options = RingOptions.DEFAULT.withPolicy(policy);
    try (Arena arena = Arena.ofShared();
        Ring ring = Rings.open(options);
        SharedRing shared = SharedRing.open(options)) {
      MemorySegment buffer = arena.allocate(64);
      long before = ring.info().systemCalls();
      assertThrows(IndexOutOfBoundsException.class, () -> buffer.asSlice(32, 64));
      assertThrows(IllegalArgumentException.class, () -> new Read(0, buffer, Long.MIN_VALUE, 0));
      assertThrows(IllegalArgumentException.class, () -> new Read(-1, buffer, 0, 0));
      assertThrows(
          IllegalArgumentException.class,
          () -> new Read(0, MemorySegment.ofArray(new byte[8]), 0, 0));
      assertThrows(IllegalArgumentException.class, () -> new Read(0, buffer.asReadOnly(), 0, 0));
      assertEquals(before, ring.info().systemCalls());
      works(ring);
      assertEquals(0, shared.call(new Nop()));
    }
  }
}
