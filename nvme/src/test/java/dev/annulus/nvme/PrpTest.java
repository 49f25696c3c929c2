// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The PRP entries that the driver writes, read by the words of the specification. */
class PrpTest {
  private static final long PAGE = 4096;
  private static final long DATA = 0x7_0000_0000L;

  private final FakeDevice device = new FakeDevice();

  @AfterEach
  void close() {
    device.close();
  }

  private CommandQueue queue(long maxTransfer) throws NvmeException {
    return new CommandQueue(device, 1, 4, maxTransfer, 12);
  }

  /** PRP1, then PRP2 unless it is 0, or the entries of the list that it points to. */
  private List<Long> pages(CommandQueue queue, int slot, long iova, long bytes) {
    List<Long> pages = new ArrayList<>();
    pages.add(device.sqe(queue, slot, Sqe.PRP1));
    long prp2 = device.sqe(queue, slot, Sqe.PRP2);
    long left = (iova + bytes - (iova & -PAGE) + PAGE - 1) / PAGE - 1;
    if (left == 0) {
      assertEquals(0, prp2);
    } else if (left == 1) {
      pages.add(prp2);
    } else {
      list(pages, prp2, left);
    }
    return pages;
  }

  private void list(List<Long> pages, long start, long count) {
    long at = start;
    long left = count;
    while (left > 0) {
      boolean lastOfPage = (at & PAGE - 1) == PAGE - Long.BYTES;
      long entry = device.at(at).get(JAVA_LONG, 0);
      if (lastOfPage && left > 1) {
        assertEquals(0, entry & PAGE - 1, "a list goes on at the beginning of a page");
        at = entry;
      } else {
        pages.add(entry);
        left--;
        at += Long.BYTES;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 512, 1", // within a page
    "0, 4096, 1", // a whole page
    "512, 3584, 1", // up to the end of the page
    "512, 4096, 2", // over it
    "4092, 8, 2", // dwords on both sides
    "0, 8192, 2", // two pages
    "4, 8192, 3", // two pages' worth over three: a list
    "0, 12288, 3", // three pages
    "512, 1048064, 256", // all but the first bytes of 256 pages
    "0, 1048576, 256", // the most
    "4092, 1048576, 257", // the most, begun at the end of a page
  })
  void listsEveryPageOnce(long offset, long bytes, int expected) throws Exception {
    CommandQueue queue = queue(1 << 20);
    long iova = DATA + offset;
    for (int slot = 0; slot < 3; slot++) {
      assertTrue(queue.submit(NvmOpcode.READ, 1, 0, 0, 0, iova, bytes, slot));
    }
    for (int slot = 0; slot < 3; slot++) {
      List<Long> pages = pages(queue, slot, iova, bytes);
      assertEquals(expected, pages.size());
      assertEquals(iova, pages.get(0));
      for (int i = 1; i < pages.size(); i++) {
        assertEquals((iova & -PAGE) + i * PAGE, pages.get(i));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2097152, 512", // fits one list page
    "512, 2097152, 513", // fills it to the last entry
    "0, 2105344, 514", // one more: chained
    "8, 8388608, 2049", // five list pages
    "0, 33554432, 8192",
  })
  void chainsListsOverPages(long offset, long bytes, int expected) throws Exception {
    CommandQueue queue = queue(32 << 20);
    long iova = DATA + offset;
    assertTrue(queue.submit(NvmOpcode.READ, 1, 0, 0, 0, iova, bytes, 1));
    assertTrue(queue.submit(NvmOpcode.READ, 1, 0, 0, 0, iova, bytes, 2));
    for (int slot = 0; slot < 2; slot++) {
      List<Long> pages = pages(queue, slot, iova, bytes);
      assertEquals(expected, pages.size());
      for (int i = 1; i < pages.size(); i++) {
        assertEquals((iova & -PAGE) + i * PAGE, pages.get(i));
      }
    }
  }

  /** A controller whose smallest page is 64 KiB. */
  @Test
  void largerPages() throws Exception {
    CommandQueue queue = new CommandQueue(device, 1, 4, 1 << 20, 16);
    assertTrue(queue.submit(NvmOpcode.READ, 1, 0, 0, 0, DATA + 4096, 60 << 10, 1));
    assertEquals(0, device.sqe(queue, 0, Sqe.PRP2), "one page");
    assertTrue(queue.submit(NvmOpcode.READ, 1, 0, 0, 0, DATA + 4096, 64 << 10, 2));
    assertEquals(DATA + 65_536, device.sqe(queue, 1, Sqe.PRP2), "two");
    assertTrue(queue.submit(NvmOpcode.READ, 1, 0, 0, 0, DATA + 4096, 1 << 20, 3));
    long list = device.sqe(queue, 2, Sqe.PRP2);
    for (int i = 0; i < 16; i++) {
      assertEquals(DATA + (i + 1) * 65_536L, device.at(list).getAtIndex(JAVA_LONG, i));
    }
  }

  @Test
  void listsOfSlotsAreApart() throws Exception {
    CommandQueue queue = queue(1 << 20);
    queue.submit(NvmOpcode.READ, 1, 0, 0, 0, DATA, 1 << 20, 1);
    queue.submit(NvmOpcode.READ, 1, 0, 0, 0, 2 * DATA, 1 << 20, 2);
    assertEquals(DATA + PAGE, pages(queue, 0, DATA, 1 << 20).get(1));
    assertEquals(2 * DATA + PAGE, pages(queue, 1, 2 * DATA, 1 << 20).get(1));
  }
}
