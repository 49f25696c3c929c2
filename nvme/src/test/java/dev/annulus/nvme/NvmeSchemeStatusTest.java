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

/** Every status a device can give reaches the client of {@code nvme:} as the errno of its table. */
@Timeout(120)
class NvmeSchemeStatusTest {
  private static final int BLOCK = 512;

  @TempDir Path temporary;

  @Test
  void everyStatusOfReadWriteAndSyncIsAnErrno() throws Exception {
    Trouble trouble = new Trouble();
    BlockMetadata protection = new BlockMetadata(8, false, 1, false);
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), BLOCK)
            .namespace(Backing.memory(1 << 20), BLOCK, protection)
            .faults(trouble);
    try (ModelController model = builder.build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        Host host =
            Host.start(
                HostOptions.at(temporary.resolve("host.sock")),
                List.of(NvmeScheme.over(List.of(controller))));
        Client client = Client.connect(temporary.resolve("host.sock"), PeerOptions.DEFAULT)) {
      long buffer = client.pool().lease(BLOCK, 4096);
      int disk = client.open("nvme:0/1", Client.O_RDWR, 0);
      int guarded = client.open("nvme:0/2", Client.O_RDWR, 0);
      for (int status = 1; status <= 0x7FF; status++) {
        int answer = status;
        trouble.io = command -> answer;
        assertTrue(client.read(disk, buffer, 0, BLOCK, 0, 0));
        assertTrue(client.write(disk, buffer, 0, BLOCK, 0, 1));
        assertTrue(client.sync(disk, 0, 2));
        assertTrue(client.read(guarded, buffer, 0, BLOCK, 0, 3));
        assertTrue(client.write(guarded, buffer, 0, BLOCK, 0, 4));
        assertAnswers(client, status);
      }
      trouble.io = command -> 0;
      client.close(disk);
      client.close(guarded);
      assertTrue(host.counters().contains("\"resets\": 0, \"failed\": false"), host.counters());
    }
  }

  private static void assertAnswers(Client client, int status) throws IOException {
    StatusCode known = StatusCode.of(status);
    int expected = known == null ? -Errno.EIO : -known.errno;
    int[] results = new int[5];
    client.submit();
    for (int done = 0; done < results.length; ) {
      client.awaitUninterruptibly(1);
      done += client.reap((tag, result, flags) -> results[(int) tag] = result, results.length);
    }
    for (int result : results) {
      assertEquals(expected, result, NvmeStatus.describe(status));
    }
  }
}
