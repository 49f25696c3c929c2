// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvme:} over namespaces with metadata: plain blocks, or not at all. */
@Timeout(60)
class NvmeSchemeMetadataTest {
  private static final int BLOCK = 512;

  @TempDir Path temporary;
  private NvmeBed bed;
  private Client client;

  @BeforeEach
  void start() throws IOException {
    ModelBuilder builder = ModelController.builder().maxTransfer(1);
    for (int type = 1; type <= 3; type++) {
      BlockMetadata metadata = new BlockMetadata(8, type == 2, type, false);
      builder.namespace(Backing.memory(1 << 20), BLOCK, metadata);
    }
    builder.namespace(Backing.memory(1 << 20), BLOCK, new BlockMetadata(16, false, 1, false));
    builder.namespace(Backing.memory(1 << 20), BLOCK, new BlockMetadata(8, true, 0, false));
    bed = new NvmeBed(temporary, builder, 1);
    client = bed.client;
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private int result(boolean accepted) throws IOException {
    return NvmeBed.one(client, accepted);
  }

  @Test
  void protectedBlocksLookPlain() throws IOException {
    int bytes = 100 * BLOCK; // several commands
    long buffer = client.pool().lease(bytes, 4096);
    for (int nsid = 1; nsid <= 3; nsid++) {
      int disk = client.open("nvme:0/" + nsid, Client.O_RDWR, 0);
      assertEquals((1 << 20) / (BLOCK + 8) * BLOCK, client.size(disk));
      byte[] data = new byte[bytes];
      new Random(nsid).nextBytes(data);
      client.pool().memory(buffer).asSlice(0, bytes).copyFrom(MemorySegment.ofArray(data));
      assertEquals(bytes, result(client.write(disk, buffer, 0, bytes, BLOCK, 0)));
      client.pool().memory(buffer).fill((byte) 0);
      assertEquals(bytes, result(client.read(disk, buffer, 0, bytes, BLOCK, 0)));
      assertArrayEquals(data, client.pool().memory(buffer).asSlice(0, bytes).toArray(JAVA_BYTE));
      client.close(disk);
    }
  }

  @Test
  void whatIsDamagedIsAnError() throws Exception {
    try (QueuePair queue = bed.controller.openQueuePair(4)) {
      DmaBuffer buffer = bed.controller.dma().allocate(4096, 4096);
      buffer.memory().set(JAVA_LONG, BLOCK, 1); // a guard that is not the block's
      assertTrue(queue.nvm(1).write(7, 1, buffer.iova(), buffer.iova() + BLOCK, 1));
      Outcomes outcomes = new Outcomes();
      Setup.finish(queue, outcomes);
      outcomes.assertOk(1);
    }
    long lease = client.pool().lease(BLOCK, 4096);
    int disk = client.open("nvme:0/1", Client.O_RDWR, 0);
    assertEquals(-Errno.EILSEQ, result(client.read(disk, lease, 0, BLOCK, 7 * BLOCK, 0)));
    assertEquals(BLOCK, result(client.write(disk, lease, 0, BLOCK, 7 * BLOCK, 0)));
    assertEquals(BLOCK, result(client.read(disk, lease, 0, BLOCK, 7 * BLOCK, 0)));
    client.close(disk);
  }

  @Test
  void otherMetadataCannotBeLeftOut() {
    for (int nsid : new int[] {4, 5}) {
      ErrnoException e =
          assertThrows(
              ErrnoException.class, () -> client.open("nvme:0/" + nsid, Client.O_RDONLY, 0));
      assertEquals(Errno.EOPNOTSUPP, e.errno());
    }
    ErrnoException e =
        assertThrows(ErrnoException.class, () -> client.open("nvme:0/6", Client.O_RDONLY, 0));
    assertEquals(Errno.ENOENT, e.errno());
  }
}
