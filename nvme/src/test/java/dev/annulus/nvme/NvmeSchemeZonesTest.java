// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of {@code nvme:} and a namespace of zones. */
@Timeout(60)
class NvmeSchemeZonesTest {
  /** 8 KiB, 16 blocks. */
  private static final int MDTS = 1;

  private static final int AT_ONCE = 4096 << MDTS;
  private static final int ZONE = ZonedModel.CAPACITY * Setup.BLOCK;

  @TempDir Path temporary;
  private Client client;
  private long buffer;
  private int disk;

  private int write(long position, int length) throws IOException {
    assertTrue(client.write(disk, buffer, 0, length, position, 1));
    client.submit();
    client.awaitUninterruptibly(1);
    int[] answer = new int[1];
    assertEquals(1, client.reap((tag, result, flags) -> answer[0] = result, 1));
    return answer[0];
  }

  @Test
  void aWriteIsOneCommandAndAtTheWritePointer() throws Exception {
    try (ModelController model = ZonedModel.builder().maxTransfer(MDTS).threaded(true).build();
        Controller controller =
            Controller.start(model, ControllerOptions.DEFAULT.withInterrupts(true));
        Host host =
            Host.start(
                HostOptions.at(temporary.resolve("host.sock")),
                List.of(NvmeScheme.over(List.of(controller))));
        Client attached = Client.connect(temporary.resolve("host.sock"), PeerOptions.DEFAULT)) {
      client = attached;
      assertTrue(host != null);
      buffer = client.pool().lease(1 << 20, 4096);
      disk = client.open("nvme:0/1", Client.O_RDWR, 0);
      int done = 0;
      while (done < ZONE) {
        int count = write(done, ZONE - done);
        assertEquals(Math.min(AT_ONCE, ZONE - done), count);
        done += count;
      }
      assertEquals(-Errno.ENOSPC, write(0, Setup.BLOCK), "the zone is full");
      long next = (long) ZonedModel.SIZE * Setup.BLOCK;
      assertEquals(-Errno.EINVAL, write(next + Setup.BLOCK, Setup.BLOCK), "not where it goes on");
      assertEquals(Setup.BLOCK, write(next, Setup.BLOCK));
    }
  }
}
