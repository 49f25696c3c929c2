// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The model reaches what is mapped and nothing else. */
@Timeout(30)
class ModelDmaTest {
  private final Arena arena = Arena.ofShared();
  private Setup setup;

  @BeforeEach
  void start() throws Exception {
    setup = new Setup(ModelController.builder().namespace(Backing.memory(1 << 20), 512));
    setup.buffer.memory().fill((byte) 7);
    setup.queue.write(1, 0, 2048, setup.buffer.iova(), 0);
    setup.finish();
  }

  @AfterEach
  void stop() throws Exception {
    setup.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private int read(long iova, int blocks) throws NvmeException {
    setup.outcomes.clear();
    setup.queue.read(1, 0, blocks, iova, 1);
    setup.finish();
    return setup.outcomes.status(1);
  }

  private void assertTransferError(int status) {
    assertEquals(StatusCode.DATA_TRANSFER_ERROR, StatusCode.of(status));
  }

  @Test
  void mappedMemoryOfTheClient() throws Exception {
    MemorySegment region = arena.allocate(8192, 4096);
    long iova = setup.controller.dma().map(region);
    assertEquals(0, read(iova + 4096, 8));
    assertEquals(0, region.get(JAVA_BYTE, 4095));
    assertEquals(7, region.get(JAVA_BYTE, 4096));
    setup.controller.dma().unmap(iova);
    assertTransferError(read(iova, 8));
  }

  @Test
  void addressesThatAreNotMapped() throws Exception {
    assertTransferError(read(0, 1));
    assertTransferError(read(0x1000, 8));
    assertTransferError(read(-4096, 1));
    assertTransferError(read(Long.MAX_VALUE & -4096, 8));
    assertTransferError(read(setup.buffer.iova() & 0xFFFF_FFFFL, 8));
  }

  @Test
  void oneByteBeyondTheEnd() throws Exception {
    long end = setup.buffer.iova() + Setup.BUFFER;
    assertEquals(0, read(end - 512, 1));
    assertTransferError(read(end - 508, 1));
    assertTransferError(read(end - 4096, 9));
    assertTransferError(read(end, 1));
  }

  @Test
  void nothingIsTransferredWhenAPartIsNotMapped() throws Exception {
    setup.buffer.memory().fill((byte) 0);
    assertTransferError(read(setup.buffer.iova() + Setup.BUFFER - 8192, 24));
    assertEquals(
        -1, setup.buffer.memory().mismatch(arena.allocate(Setup.BUFFER, 8)), "memory was touched");
  }

  @Test
  void listsThatLeadAstray() throws Exception {
    MemorySegment list = arena.allocate(4096, 4096);
    long listIova = setup.controller.dma().map(list);
    list.set(JAVA_LONG, 0, setup.buffer.iova());
    list.set(JAVA_LONG, 8, 0x6666_0000L);
    assertTransferError(raw(listIova, 24));
    list.set(JAVA_LONG, 8, setup.buffer.iova() + 8);
    assertEquals(StatusCode.PRP_OFFSET_INVALID, StatusCode.of(raw(listIova, 24)));
    assertEquals(StatusCode.PRP_OFFSET_INVALID, StatusCode.of(raw(listIova + 4, 24)));
    assertTransferError(raw(0x6666_0000L, 24));
    list.set(JAVA_LONG, 8, setup.buffer.iova() + 4096);
    assertEquals(0, raw(listIova, 24));
    // The last entry of the page is the address of the next list page, when more is needed.
    list.set(JAVA_LONG, 4088, setup.buffer.iova() + 8);
    assertEquals(StatusCode.PRP_OFFSET_INVALID, StatusCode.of(raw(listIova + 4088, 24)));
    list.set(JAVA_LONG, 4088, 0x6666_0000L);
    assertTransferError(raw(listIova + 4088, 24));
    list.set(JAVA_LONG, 4088, listIova);
    assertEquals(0, raw(listIova + 4088, 24));
  }

  /** A read of 512-byte blocks whose PRP2 is written over the driver's. */
  private int raw(long prp2, int blocks) throws NvmeException {
    setup.outcomes.clear();
    CommandQueue queue = setup.queue.queue();
    int slot = (int) (queue.counters().commands() % queue.entries());
    setup.queue.read(1, 0, blocks, setup.buffer.iova() + 65_536, 1);
    sq().set(JAVA_LONG, (long) slot * Sqe.SIZE + Sqe.PRP2, prp2);
    setup.finish();
    return setup.outcomes.status(1);
  }

  private MemorySegment sq() {
    DmaTable table = ((ModelDma) setup.model.dma()).table();
    return table.segment(table.find(setup.queue.queue().sqIova(), 1));
  }

  @Test
  void pagesInAnyOrder() throws Exception {
    for (int i = 0; i < Setup.BUFFER / 8; i++) {
      setup.buffer.memory().setAtIndex(JAVA_LONG, i, i);
    }
    setup.queue.write(1, 0, 2048, setup.buffer.iova(), 0);
    setup.outcomes.clear();
    setup.finish();
    setup.buffer.memory().fill((byte) 0);
    MemorySegment list = arena.allocate(4096, 4096);
    long listIova = setup.controller.dma().map(list);
    // The first page goes where raw says, to page 16; the 31 others backwards from page 200.
    for (int i = 0; i < 31; i++) {
      list.setAtIndex(JAVA_LONG, i, setup.buffer.iova() + (200 - i) * 4096L);
    }
    assertEquals(0, raw(listIova, 256));
    for (int page = 0; page < 32; page++) {
      int place = page == 0 ? 16 : 201 - page;
      for (int word = 0; word < 512; word++) {
        long got = setup.buffer.memory().getAtIndex(JAVA_LONG, place * 512L + word);
        assertEquals(page * 512L + word, got);
      }
    }
  }

  @Test
  void aMappedFileThatIsCutShortIsAnError() throws Exception {
    Path path = Files.createTempFile("annulus", "region");
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), 65_535);
      MemorySegment region = file.map(FileChannel.MapMode.READ_WRITE, 0, 65_536, arena);
      long iova = setup.controller.dma().map(region);
      assertEquals(0, read(iova, 8));
      file.truncate(0);
      assertTransferError(read(iova, 128));
      setup.controller.dma().unmap(iova);
    } finally {
      Files.delete(path);
    }
    assertEquals(0, read(setup.buffer.iova(), 8), "the controller works on");
  }

  @Test
  void closedRegionsAreAnError() throws Exception {
    long iova;
    try (Arena shortLived = Arena.ofShared()) {
      iova = setup.controller.dma().map(shortLived.allocate(4096, 4096));
    }
    assertTransferError(read(iova, 8));
    setup.controller.dma().unmap(iova);
  }

  @Test
  void readOnlyRegionsAreReadOnly() throws Exception {
    MemorySegment region = arena.allocate(4096, 4096);
    long iova = setup.controller.dma().map(region.asReadOnly());
    assertTransferError(read(iova, 8));
    setup.outcomes.clear();
    setup.queue.write(1, 0, 8, iova, 1);
    setup.finish();
    setup.outcomes.assertOk(1);
  }

  @Test
  void queueMemoryThatIsTakenAwayIsFatal() throws Exception {
    try (ModelController other = ModelController.builder().build()) {
      Handshake handshake = new Handshake(other);
      CommandQueue admin = new CommandQueue(other, 0, 8, 4096, 12);
      handshake.enable(admin);
      admin.submit(AdminOpcode.GET_FEATURES, 0, Feature.ARBITRATION, 0, 0, 0, 0, 1);
      admin.free();
      other.submissionDoorbell(0, 1);
      assertEquals(Registers.CSTS_CFS | Registers.CSTS_RDY, other.readInt(Registers.CSTS));
      other.reset();
      assertEquals(0, other.readInt(Registers.CSTS));
    }
  }

  @Test
  void regionsMustBeWholePages() {
    DmaMemory dma = setup.controller.dma();
    MemorySegment region = arena.allocate(16_384, 4096);
    assertThrows(IllegalArgumentException.class, () -> dma.map(region.asSlice(8)));
    assertThrows(IllegalArgumentException.class, () -> dma.map(region.asSlice(0, 100)));
    assertThrows(IllegalArgumentException.class, () -> dma.map(region.asSlice(0, 0)));
    assertThrows(
        IllegalArgumentException.class, () -> dma.map(MemorySegment.ofArray(new byte[4096])));
    assertThrows(IllegalArgumentException.class, () -> dma.unmap(12_345));
    assertThrows(IllegalArgumentException.class, () -> dma.free(new DmaBuffer(region, 12_345)));
  }

  @Test
  void tableFindsExactlyWhatIsInside() {
    MemorySegment page = arena.allocate(100, 8);
    DmaTable table = DmaTable.EMPTY.with(1000, page).with(2000, page).with(1L << 60, page);
    assertEquals(-1, DmaTable.EMPTY.find(0, 0));
    assertEquals(-1, table.find(999, 1));
    assertEquals(0, table.find(1000, 100));
    assertEquals(0, table.find(1099, 1));
    assertEquals(-1, table.find(1099, 2));
    assertEquals(1, table.find(2050, 50));
    assertEquals(2, table.find((1L << 60) + 99, 1));
    assertEquals(-1, table.find((1L << 60) + 99, Long.MAX_VALUE));
    assertEquals(-1, table.find(-1, 1));
    assertEquals(50, table.offset(1, 2050));
    DmaTable less = table.without(2000);
    assertEquals(-1, less.find(2050, 1));
    assertEquals(1, less.find(1L << 60, 1));
    assertEquals(null, table.without(1001));
  }
}
