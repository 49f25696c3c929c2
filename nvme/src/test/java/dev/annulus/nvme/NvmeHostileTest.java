// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Files;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.Region;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Entries for {@code nvme:} that no client of ours would write. */
@Timeout(60)
class NvmeHostileTest {
  private static final int SIZE = 1 << 20;
  private static final int BLOCK = 512;
  private static final long MOST = Long.MAX_VALUE;
  private static final String URL = "nvme:/0/1";

  @TempDir Path temporary;
  private NvmeBed bed;
  private PeerRing ring;
  private Region region;

  @BeforeEach
  void start() throws IOException {
    bed = new NvmeBed(temporary, NvmeBed.memory(SIZE, BLOCK), 1);
    ring = PeerRing.attach(bed.socket(), PeerOptions.DEFAULT);
    region = ring.share(1 << 16);
  }

  @AfterEach
  void stop() throws IOException {
    ring.close();
    assertEquals(0, bed.counted("scheme_failures"), "nothing was left to chance");
    bed.close();
  }

  private int run(int opcode, int handle, long offset, long addr, int length, int opFlags)
      throws IOException {
    long at = ring.sq().claim();
    SqEntry.fill(ring.sq().slots(), at, opcode, handle, offset, addr, length, 1);
    SqEntry.opFlags(ring.sq().slots(), at, opFlags);
    SqEntry.bufIndex(ring.sq().slots(), at, region.id());
    ring.submit();
    ring.awaitUninterruptibly(1);
    int[] result = new int[1];
    assertEquals(1, ring.reap((tag, res, flags) -> result[0] = res, 1));
    return result[0];
  }

  private int open(int flags) throws IOException {
    region.memory().setString(0, URL);
    int handle = run(Opcode.OPEN_URL, -1, 0, 0, URL.length(), flags);
    assertTrue(handle >= 0, () -> "open: " + handle);
    return handle;
  }

  @Test
  void offsetsAndLengthsThatPassTheEndOfNumbers() throws IOException {
    int disk = open(2);
    for (int opcode : new int[] {Opcode.READ, Opcode.WRITE}) {
      boolean write = opcode == Opcode.WRITE;
      int atEnd = write ? -Errno.ENOSPC : 0;
      assertEquals(-Errno.EINVAL, run(opcode, disk, -1, 0, BLOCK, 0));
      assertEquals(-Errno.EINVAL, run(opcode, disk, Long.MIN_VALUE, 0, BLOCK, 0));
      assertEquals(-Errno.EINVAL, run(opcode, disk, 0, 0, -1, 0));
      assertEquals(-Errno.EINVAL, run(opcode, disk, 0, 0, Integer.MIN_VALUE, 0));
      assertEquals(atEnd, run(opcode, disk, MOST, 0, BLOCK, 0));
      assertEquals(atEnd, run(opcode, disk, MOST & -BLOCK, 0, BLOCK, 0));
      assertEquals(atEnd, run(opcode, disk, SIZE, 0, 1, 0));
      assertEquals(1, run(opcode, disk, SIZE - 1, 0, BLOCK, 0));
      assertEquals(-Errno.EFAULT, run(opcode, disk, 0, 0, Integer.MAX_VALUE, 0));
      assertEquals(-Errno.EFAULT, run(opcode, disk, 0, (1 << 16) - BLOCK + 1, BLOCK, 0));
      assertEquals(-Errno.EFAULT, run(opcode, disk, 0, MOST, BLOCK, 0));
      assertEquals(-Errno.EFAULT, run(opcode, disk, 0, -4, BLOCK, 0));
      assertEquals(-Errno.EOPNOTSUPP, run(opcode, disk, 0, 0, BLOCK, 16));
      assertEquals(0, run(opcode, disk, SIZE, 0, 0, 0));
    }
    assertEquals(BLOCK, run(Opcode.WRITE, disk, 0, 0, BLOCK, 2), "RWF_DSYNC");
  }

  @Test
  void randomEntriesGetAnAnswerEach() throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int[] handles = {open(2), open(0), open(2 | Files.O_DIRECT), 77, -1};
    int[] opcodes = {Opcode.READ, Opcode.WRITE, Opcode.FALLOCATE, Opcode.FSYNC, Opcode.STATX};
    for (int i = 0; i < 20_000; i++) {
      int opcode = random.nextInt(8) == 0 ? random.nextInt(0x80) : opcodes[random.nextInt(5)];
      if (opcode != Opcode.CLOSE) {
        int handle = handles[random.nextInt(handles.length)];
        int length = (int) edge(random);
        run(opcode, handle, edge(random), edge(random), length, random.nextInt(4));
      }
    }
    assertEquals(BLOCK, run(Opcode.READ, handles[0], 0, 0, BLOCK, 0), "seed " + seed);
  }

  private static long edge(SplittableRandom random) {
    long[] edges = {0, 1, BLOCK, 1 << 16, SIZE, Integer.MAX_VALUE, 1L << 32, MOST, -1, MOST + 1};
    return edges[random.nextInt(edges.length)] + random.nextInt(-2, 3) * (random.nextInt(3) * 256L);
  }

  /** The device maps whole pages: what is less is copied, and refused where nothing may be. */
  @Test
  void aRegionThatIsNoWholePages() throws IOException {
    region = ring.share(1000);
    Region odd = region;
    region = ring.share(1 << 16);
    int disk = open(2);
    int direct = open(2 | Files.O_DIRECT);
    region = odd;
    assertEquals(BLOCK, run(Opcode.WRITE, disk, 0, 0, BLOCK, 0));
    int refused = run(Opcode.WRITE, direct, 0, 0, BLOCK, 0);
    assertTrue(refused == -Errno.EINVAL || refused == BLOCK, "unless it was rounded up");
  }
}
