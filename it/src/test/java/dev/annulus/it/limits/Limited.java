// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.limits;

import dev.annulus.ffi.Seccomp;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import dev.annulus.uring.op.Nop;
import java.lang.foreign.Arena;

/** A child process: takes something away from itself, then opens a ring and uses it. */
public final class Limited {
  private static final int NOPS = 100;

  private Limited() {}

  /**
   * Prints what came of it, a line each.
   *
   * @param arguments policy; call and errno to be forbidden, or nothing and 0; bytes to register
   */
  public static void main(String[] arguments) {
    RingOptions.Policy policy = RingOptions.Policy.valueOf(arguments[0]);
    int errno = Integer.parseInt(arguments[2]);
    int forbidden = errno == 0 ? 0 : Seccomp.forbid(arguments[1], errno);
    System.out.println("forbidden: " + forbidden);
    try (Ring ring = Rings.open(RingOptions.DEFAULT.withPolicy(policy))) {
      System.out.println("kind: " + ring.info().kind());
      System.out.println("reason: " + ring.info().reason());
      register(ring, Long.parseLong(arguments[3]));
      use(ring);
    } catch (ErrnoException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }

  private static void register(Ring ring, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      ring.registerBuffers(arena.allocate(bytes, 4096));
      ring.registerBuffers();
      System.out.println("registered: " + bytes);
    } catch (ErrnoException e) {
      System.out.println("not registered: " + e.getMessage());
    }
  }

  /** The ring works, whatever was refused before. */
  private static void use(Ring ring) throws ErrnoException {
    int[] done = new int[1];
    for (int i = 0; i < NOPS; i++) {
      Nop.prep(ring.entries(), ring.claim(), i);
      ring.await(1, 0);
      ring.reap((tag, result, flags) -> done[0] += result == 0 ? 1 : 0, 1);
    }
    System.out.println("done: " + done[0]);
  }
}
