// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.RingViolationException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A client takes memory away that it shares: where it can, what is left reads as zeros. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class MissingMemoryTest {
  private static final String REFUSED = ": Operation not permitted";

  @RegisterExtension static final CPrograms C = new CPrograms();

  @TempDir Path directory;

  @Test
  void sealsRefuseAndHolesReadAsZeros() throws Exception {
    Path path = directory.resolve("s");
    try (TestServer server = new TestServer(path, ServerOptions.DEFAULT.withStartIndex(0));
        PeerRing other = PeerRing.attach(path, PeerOptions.DEFAULT);
        var client = C.start("memory", path)) {
      server.attached();
      PeerSession session = server.attached();
      String huge = client.line();
      assertTrue(huge.equals("huge: Invalid argument") || huge.equals("huge: none"), huge);
      client.says("shrink the region" + REFUSED);
      client.says("grow the region" + REFUSED);
      client.says("shrink the client's file" + REFUSED);
      client.says("grow the client's file" + REFUSED);
      client.says("shrink the server's file" + REFUSED);
      client.says("punch the server's file" + REFUSED);
      client.says("write the server's file" + REFUSED);

      MemorySegment region = session.region(0);
      assertEquals(-1, region.get(JAVA_BYTE, region.byteSize() - 1));
      assertEquals(3, session.sq().refresh());
      client.tell("go on");
      client.says("punch the region: done");
      for (long at = 0; at < region.byteSize(); at += 8) {
        assertEquals(0, region.get(JAVA_LONG, at));
      }
      client.tell("go on");
      client.says("punch the client's file: done");
      RingViolationException violation =
          assertThrows(RingViolationException.class, session.sq()::refresh);
      assertEquals("tail", violation.word());
      assertEquals(0, other.share(1).id());
      client.tell("go on");
      assertEquals(0, client.ended());
      assertEquals(session, server.gone());
    }
  }

  /**
   * The kernel can be unable to give a page all the same: where it is told never to overcommit, or
   * the memory has a fault. For the JVM that is an error of a thread, not the end of the process.
   */
  @Test
  void pageThatTheKernelCannotGiveIsAnError() throws Exception {
    Path file = directory.resolve("f");
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8192, arena);
      memory.fill((byte) 1);
      channel.truncate(0);
      assertThrows(InternalError.class, () -> memory.get(JAVA_LONG, 4096));
      assertThrows(InternalError.class, () -> MemorySegment.copy(memory, 0, memory, 4096, 64));
    }
  }
}
