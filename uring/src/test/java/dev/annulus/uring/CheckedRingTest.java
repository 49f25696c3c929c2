// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.op.Fsync;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.Operation;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On each layer, what is wrong with an entry is said before the kernel has it. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CheckedRingTest {
  private static final RingOptions.Policy KERNEL = RingOptions.Policy.REQUIRE;

  private int completions;

  /** An opcode that Linux does not have. */
  private record Strange() implements Operation {
    @Override
    public int opcode() {
      return 200;
    }

    @Override
    public void prepare(MemorySegment entries, long at, long tag) {
      SqEntry.fill(entries, at, opcode(), -1, 0, 0, 0, tag);
    }
  }

  /** Far above all that are open: one closed just now could be another thread's already. */
  private static final int CLOSED = 1_000_000;

  private static void assertRefused(Executable call, String... texts) {
    String said = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String text : texts) {
      assertTrue(said.contains(text), said);
    }
  }

  private void works(Ring ring) throws ErrnoException {
    completions = 0;
    Nop.prep(ring.entries(), ring.claim(), 1);
    ring.await(1, 0);
    ring.reap((tag, result, flags) -> completions++, 8);
    assertEquals(1, completions, "what was refused came back");
    assertEquals(0, ring.inFlight());
    assertEquals(0, ring.pending());
  }

  private static void claim(Ring ring, Operation operation) {
    operation.prepare(ring.entries(), ring.claim(), 7);
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void raw(RingOptions.Policy policy) throws Exception {
    try (Ring ring = CheckedRing.over(Rings.open(RingOptions.DEFAULT.withPolicy(policy)))) {
      long calls = ring.info().systemCalls();
      claim(ring, new Nop());
      claim(ring, new Strange());
      claim(ring, new Nop());
      assertRefused(ring::submit, "opcode 200", "0 to 62");
      assertEquals(0, ring.inFlight(), "all are given back");
      claim(ring, new Nop());
      claim(ring, new Fsync(CLOSED, 0, 0, 0));
      assertRefused(() -> ring.await(1, 0), "FSYNC", "descriptor " + CLOSED, "not open");
      assertEquals(calls, ring.info().systemCalls(), "the kernel was called");
      works(ring);
      long run = ring.claim(3);
      for (int i = 0; i < 3; i++) {
        Nop.prep(ring.entries(), run + i * SqEntry.SIZE, i);
      }
      SqEntry.fill(ring.entries(), run + 2 * SqEntry.SIZE, Opcode.READ, -5, 0, 0, 0, 0);
      assertRefused(ring::submit, "READ", "descriptor -5");
      works(ring);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void placesOfFiles(RingOptions.Policy policy) throws Exception {
    Operation third = new Fsync(2, 0, 0, 0).withFlags(SqEntry.IOSQE_FIXED_FILE);
    try (Ring ring = CheckedRing.over(Rings.open(RingOptions.DEFAULT.withPolicy(policy)))) {
      ring.registerFiles(2);
      claim(ring, third);
      assertRefused(ring::submit, "place 2", "0 to 1");
      ring.registerFiles(3);
      claim(ring, third);
      ring.await(1, 0);
      assertEquals(1, ring.reap((tag, result, flags) -> {}, 8), "an empty place is the kernel's");
      ring.registerFiles(0);
      claim(ring, third);
      assertRefused(ring::submit, "place 2", "registerFiles first");
      works(ring);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void batch(RingOptions.Policy policy) throws Exception {
    try (Ring ring = Rings.open(RingOptions.DEFAULT.withPolicy(policy))) {
      Batch unchecked = new Batch(ring, 4);
      assertRefused(() -> unchecked.add(new Strange()), "opcode 200");
      Batch checked = new Batch(CheckedRing.over(ring), 4);
      assertRefused(() -> checked.add(new Strange()), "opcode 200");
      assertRefused(() -> checked.add(new Fsync(CLOSED, 0, 0, 0)), "descriptor " + CLOSED);
      assertEquals(0, checked.size());
      checked.add(new Nop());
      assertTrue(checked.run(0));
      assertEquals(0, checked.result(0));
      works(ring);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void callsAndFutures(RingOptions.Policy policy) throws Exception {
    try (SharedRing ring = SharedRing.open(RingOptions.DEFAULT.withPolicy(policy))) {
      assertRefused(() -> ring.call(new Strange()), "opcode 200");
      CompletableFuture<Integer> strange = ring.start(new Strange());
      assertInstanceOf(
          IllegalArgumentException.class,
          assertThrows(CompletionException.class, strange::join).getCause());
      CompletableFuture<Integer> closed = ring.start(new Fsync(CLOSED, 0, 0, 0));
      ErrnoException refused =
          assertInstanceOf(
              ErrnoException.class,
              assertThrows(CompletionException.class, closed::join).getCause());
      assertEquals(Errno.EBADF, refused.errno());
      assertTrue(refused.getMessage().contains("descriptor " + CLOSED), refused::getMessage);
      assertEquals(0, ring.call(new Nop()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void anotherThread(RingOptions.Policy policy) throws Exception {
    try (Ring ring = CheckedRing.over(Rings.open(RingOptions.DEFAULT.withPolicy(policy)))) {
      claim(ring, new Strange());
      Throwable[] thrown = new Throwable[1];
      Thread other =
          Thread.ofPlatform()
              .start(() -> thrown[0] = assertThrows(WrongThreadException.class, ring::submit));
      other.join();
      assertRefused(ring::submit, "opcode 200");
      works(ring);
    }
  }

  /** What the kernel has and the stand-in does not. */
  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void supportedByTheKernelAlone(RingOptions.Policy policy) throws Exception {
    try (Ring ring = CheckedRing.over(Rings.open(RingOptions.DEFAULT.withPolicy(policy)))) {
      SqEntry.fill(ring.entries(), ring.claim(), Opcode.MADVISE, -1, 0, 0, 0, 7);
      if (policy == KERNEL) {
        ring.await(1, 0);
        assertEquals(1, ring.reap((tag, result, flags) -> {}, 8));
      } else {
        assertRefused(ring::submit, "MADVISE is not executed by this ring", "supports()");
      }
      works(ring);
    }
  }
}
