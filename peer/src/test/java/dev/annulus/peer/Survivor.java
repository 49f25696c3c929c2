// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What the other side of a process that is killed does: it counts, and wants each to be whole. */
final class Survivor {
  private Survivor() {}

  /**
   * Serves a client until it is gone; answers how many numbered entries it had published. What else
   * it submits are no-ops.
   */
  static int serve(PeerSession session) throws Exception {
    int count = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(SqEntry.SIZE, 8);
      while (true) {
        session.await(1, 0, WaitStrategy.PARK);
        for (int ready = session.sq().available(); ready > 0; ready--) {
          SqEntry.copy(session.sq().slots(), session.sq().next(), entry, 0);
          if (SqEntry.opcode(entry, 0) == Opcode.NOP) {
            session.post(0, 0);
          } else {
            check(entry, count);
            session.post(count, Crasher.result(count++));
          }
        }
        session.sq().release();
        session.complete();
      }
    } catch (PeerGoneException gone) {
      return count;
    }
  }

  /** Whole, and the one that follows the one before. */
  private static void check(MemorySegment entry, int number) {
    assertEquals(Echo.TELL, SqEntry.opcode(entry, 0));
    assertEquals(number, SqEntry.userData(entry, 0));
    assertEquals(Crasher.result(number), SqEntry.off(entry, 0));
    assertEquals(Crasher.check(number), SqEntry.addr(entry, 0));
  }

  /** Counts completions, which come in order. */
  static final class Reaped implements CompletionHandler {
    private int count;

    int count() {
      return count;
    }

    @Override
    public void completed(long userData, int result, int flags) {
      take(userData, result);
    }

    @Override
    public void completedExtended(long userData, int result, int flags, long extra1, long extra2) {
      take(userData, extra1);
    }

    private void take(long userData, long result) {
      // Also in processes that have no test library.
      if (userData != count || result != Crasher.result(count)) {
        throw new AssertionError("completion " + count + " is of " + userData + ": " + result);
      }
      count++;
    }
  }
}
