// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class WaitidTest extends OperationTest {
  private static final int P_PID = 1;
  private static final int WSTOPPED = 2;
  private static final int WEXITED = 4;
  private static final int SI_CODE = 8;
  private static final int SI_PID = 16;
  private static final int CLD_STOPPED = 5;

  /** The child's end is waited for by the JDK already, so this one waits for a stop. */
  @Test
  void waitsForAChild() throws IOException, InterruptedException {
    Process child = new ProcessBuilder("cat").start();
    try {
      MemorySegment info = arena.allocate(Waitid.SIGINFO_SIZE, 8);
      start(new Waitid(P_PID, (int) child.pid(), WSTOPPED, info), 0, 1);
      assertEquals(0, ring.await(1, 5_000_000));
      assertEquals(0, new ProcessBuilder("kill", "-STOP", "" + child.pid()).start().waitFor());
      assertEquals(0, completion(1));
      assertEquals((int) child.pid(), info.get(JAVA_INT, SI_PID));
      assertEquals(CLD_STOPPED, info.get(JAVA_INT, SI_CODE));
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void saysThatThereIsNoSuchChild() {
    MemorySegment info = arena.allocate(Waitid.SIGINFO_SIZE, 8);
    fails(Errno.ECHILD, new Waitid(P_PID, (int) ProcessHandle.current().pid(), WEXITED, info));
    assertThrows(
        IllegalArgumentException.class, () -> new Waitid(P_PID, 1, WEXITED, info.asSlice(0, 64)));
  }
}
