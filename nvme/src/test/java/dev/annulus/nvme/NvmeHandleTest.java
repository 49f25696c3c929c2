// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Fallocate;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an open handle of {@code nvme:} may do, by the flags that it was opened with. */
@Timeout(60)
class NvmeHandleTest {
  private static final int SIZE = 1 << 20;
  private static final int BLOCK = 512;

  @TempDir Path temporary;
  private final List<ModelSeen> seen = Collections.synchronizedList(new ArrayList<>());
  private NvmeBed bed;
  private Client client;

  /** A command as the device had it. */
  private record ModelSeen(int opcode, long lba, int cdw12) {}

  @BeforeEach
  void start() throws IOException {
    bed =
        new NvmeBed(
            temporary,
            NvmeBed.memory(SIZE, BLOCK)
                .namespace(new FixedBacking(Backing.memory(SIZE)), BLOCK)
                .maxTransfer(1),
            2);
    client = bed.client;
    bed.trouble.io =
        command -> {
          seen.add(new ModelSeen(command.opcode, command.cdw10, command.cdw12Low()));
          return 0;
        };
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  @Test
  void onlyWhatItWasOpenedFor() throws IOException {
    int reader = client.open("nvme:/0/1", Client.O_RDONLY, 0);
    int writer = client.open("nvme:/0/1", Client.O_WRONLY, 0);
    assertEquals(-Errno.EBADF, bed.write(reader, 0, BLOCK, 0));
    assertEquals(-Errno.EBADF, bed.fallocate(reader, Fallocate.ZERO_RANGE, 0, BLOCK));
    assertEquals(-Errno.EBADF, bed.read(writer, 0, BLOCK, 0));
    assertEquals(BLOCK, bed.write(writer, 0, BLOCK, 0));
    assertEquals(BLOCK, bed.read(reader, 0, BLOCK, 0));
  }

  @Test
  void whatIsWriteProtectedIsOpenedForReadingAlone() throws IOException {
    assertEquals(Errno.EROFS, NvmeBed.refused(client, "nvme:/0/2", Client.O_RDWR));
    assertEquals(BLOCK, bed.read(client.open("nvme:/0/2", Client.O_RDONLY, 0), 0, BLOCK, 0));
  }

  @Test
  void aNamespaceThatIsFormattedIsAnother() throws IOException {
    int old = client.open("nvme:/0/1", Client.O_RDWR, 0);
    assertEquals(BLOCK, bed.write(old, 0, BLOCK, 0));
    bed.controller
        .admin()
        .namespaces()
        .format(1, FormatSpec.of(3, FormatSpec.Erase.NONE)); // of 4,096 bytes
    // The handle's blocks would be eight times as long as its client's buffer.
    assertEquals(-Errno.ENODEV, bed.read(old, 0, BLOCK, 0));
    assertEquals(-Errno.ENODEV, bed.read(old, 0, 100, 0));
    assertEquals(-Errno.ENODEV, bed.fallocate(old, Fallocate.ZERO_RANGE, 0, BLOCK));
    assertEquals(SIZE, client.size(old));
    client.close(old);
    int now = client.open("nvme:/0/1", Client.O_RDWR, 0);
    assertEquals(4096, bed.read(now, 0, 4096, 0));
    assertEquals(0, bed.memory.get(ValueLayout.JAVA_LONG, 0), "the format left no data");
  }

  @Test
  void flagsThatMakeNoSense() {
    assertEquals(Errno.EINVAL, NvmeBed.refused(client, "nvme:/0/1", 3));
    assertEquals(Errno.EINVAL, NvmeBed.refused(client, "nvme:/0/1", Files.O_APPEND));
    int create = Client.O_RDWR | Client.O_CREAT | Client.O_EXCL;
    assertEquals(Errno.EEXIST, NvmeBed.refused(client, "nvme:/0/1", create));
  }

  @Test
  void oneWriterAlone() throws IOException {
    int only = Client.O_RDWR | Client.O_EXCL;
    // Clients are dealt out to the reactors in turn.
    try (Client other = bed.another()) {
      int first = client.open("nvme:/0/1", only, 0);
      assertEquals(Errno.EBUSY, NvmeBed.refused(other, "nvme:/0/1", Client.O_WRONLY));
      assertEquals(Errno.EBUSY, NvmeBed.refused(other, "nvme:/0/1", only));
      other.close(other.open("nvme:/0/1", Client.O_RDONLY, 0));
      client.close(first);
      int shared = other.open("nvme:/0/1", Client.O_WRONLY, 0);
      int more = client.open("nvme:/0/1", Client.O_WRONLY, 0);
      assertEquals(Errno.EBUSY, NvmeBed.refused(client, "nvme:/0/1", only));
      client.close(more);
      other.close(shared);
      other.open("nvme:/0/1", only, 0);
    }
    // The other's end, which the host sees a little later, lets go of it.
    long end = System.nanoTime() + 10_000_000_000L;
    while (true) {
      try {
        client.open("nvme:/0/1", only, 0);
        return;
      } catch (IOException busy) {
        assertTrue(System.nanoTime() - end < 0, busy::getMessage);
      }
    }
  }

  @Test
  void durableWritesSaySoToTheDevice() throws IOException {
    int plain = client.open("nvme:/0/1", Client.O_RDWR, 0);
    int durable = client.open("nvme:/0/1", Client.O_RDWR | Client.O_DSYNC, 0);
    bed.write(plain, 0, BLOCK, 0);
    bed.write(durable, 0, BLOCK, BLOCK);
    bed.write(durable, 0, 100, 2 * BLOCK + 7);
    bed.fallocate(durable, Fallocate.ZERO_RANGE, 3 * BLOCK, BLOCK);
    int fua = NvmOpcode.FUA;
    assertEquals(
        List.of(
            new ModelSeen(NvmOpcode.WRITE, 0, 0),
            new ModelSeen(NvmOpcode.WRITE, 1, fua),
            new ModelSeen(NvmOpcode.READ, 2, 0),
            new ModelSeen(NvmOpcode.WRITE, 2, fua),
            new ModelSeen(NvmOpcode.WRITE_ZEROES, 3, fua)),
        seen);
  }

  @Test
  void rangesAreZeroedAndDiscardedInParts() throws IOException {
    int disk = client.open("nvme:/0/1", Client.O_RDWR, 0);
    bed.memory.fill((byte) 7);
    // MDTS is 8 KiB, 16 blocks.
    assertEquals(8 * 8192, bed.write(disk, 0, 8 * 8192, 0));
    seen.clear();
    assertEquals(0, bed.fallocate(disk, Fallocate.PUNCH, 4 * BLOCK, 33 * BLOCK));
    int deac = NvmOpcode.DEAC;
    assertEquals(
        List.of(
            new ModelSeen(NvmOpcode.WRITE_ZEROES, 4, 15 | deac),
            new ModelSeen(NvmOpcode.WRITE_ZEROES, 20, 15 | deac),
            new ModelSeen(NvmOpcode.WRITE_ZEROES, 36, deac)),
        seen);
    bed.read(disk, 0, 40 * BLOCK, 0);
    for (int block = 0; block < 40; block++) {
      byte expected = (byte) (block < 4 || block >= 37 ? 7 : 0);
      assertEquals(expected, bed.memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, block * 512L));
    }
    seen.clear();
    assertEquals(0, bed.fallocate(disk, Fallocate.DISCARD, 0, Long.MAX_VALUE / BLOCK * BLOCK));
    assertEquals(List.of(new ModelSeen(NvmOpcode.DATASET_MANAGEMENT, 4L << 32, 0)), seen);
  }

  @Test
  void rangesThatCannotBe() throws IOException {
    int disk = client.open("nvme:/0/1", Client.O_RDWR, 0);
    int zero = Fallocate.ZERO_RANGE;
    long most = Long.MAX_VALUE;
    long[][] bad = {
      {0, 0},
      {0, -1},
      {-512, 512},
      {SIZE, 512},
      {0, SIZE + 512},
      {100, 512},
      {0, 100},
      {512, most},
      {most, 512},
      {most, most},
      {Long.MIN_VALUE, Long.MIN_VALUE}
    };
    for (long[] each : bad) {
      assertEquals(
          -Errno.EINVAL, bed.fallocate(disk, zero, each[0], each[1]), each[0] + " " + each[1]);
    }
    for (int mode : new int[] {0, 1, 2, 4, 8, 0x20, 0x40, -1}) {
      assertEquals(-Errno.EOPNOTSUPP, bed.fallocate(disk, mode, 0, BLOCK), "mode " + mode);
    }
    assertEquals(List.of(), seen);
    assertEquals(0, bed.fallocate(disk, zero, 0, SIZE), "all of it");
  }
}
