// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChildrenTest {
  private static final int ENOENT = 2;
  private static final int ESRCH = 3;
  private static final int ECHILD = 10;

  @Test
  void aChildIsWaitedForOnce() {
    int pid = Children.spawn("sh", "-c", "exit 7");
    assertTrue(pid > 0, "spawned: " + pid);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(Children.SIGINFO_SIZE, 8);
      int keep = Children.WEXITED | Children.WNOWAIT;
      assertEquals(0, Children.waitid(Children.P_PID, pid, info.address(), keep));
      assertEquals(pid, info.get(JAVA_INT, Children.SI_PID));
      assertEquals(Children.CLD_EXITED, info.get(JAVA_INT, Children.SI_CODE));
      assertEquals(7, info.get(JAVA_INT, Children.SI_STATUS));
      assertEquals(0, Children.waitid(Children.P_PID, pid, 0, Children.WEXITED));
      assertEquals(-ECHILD, Children.waitid(Children.P_PID, pid, 0, Children.WEXITED));
      assertEquals(-ESRCH, Children.pidfd(pid));
    }
  }

  @Test
  void aChildThatLivesIsNotWaitedFor() {
    int pid = Children.spawn("sleep", "60");
    assertTrue(pid > 0, "spawned: " + pid);
    int pidfd = Children.pidfd(pid);
    assertTrue(pidfd >= 0, "pidfd: " + pidfd);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(Children.SIGINFO_SIZE, 8);
      int now = Children.WEXITED | Children.WNOHANG;
      assertEquals(0, Children.waitid(Children.P_PIDFD, pidfd, info.address(), now));
      assertEquals(0, info.get(JAVA_INT, Children.SI_PID));
      assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly());
      int ended = Children.waitid(Children.P_PIDFD, pidfd, info.address(), Children.WEXITED);
      assertEquals(0, ended);
      assertEquals(Children.CLD_KILLED, info.get(JAVA_INT, Children.SI_CODE));
      assertEquals(9, info.get(JAVA_INT, Children.SI_STATUS));
    } finally {
      Files.close(pidfd);
    }
  }

  @Test
  void aProgramThatIsNotThere() {
    assertEquals(-ENOENT, Children.spawn("no-such-program-of-annulus"));
  }
}
