// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The written pages among thousands, as the page table tells them. */
@Timeout(value = 60, unit = SECONDS)
class WrittenPagesTest {
  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final int PAGE = 4096;
  private static final int MOST = 10_000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment found = arena.allocate((long) MOST * WrittenPages.REGION_SIZE, 8);
  private int file;
  private WrittenPages pages;
  private int watch = -1;

  @BeforeEach
  void open() {
    file = Memory.memfd("pages", (long) MOST * PAGE);
    pages = WrittenPages.of(0);
  }

  @AfterEach
  void close() {
    pages.close();
    Files.close(file);
    if (watch >= 0) {
      Files.close(watch);
    }
    arena.close();
  }

  private MemorySegment map() {
    int prot = Memory.PROT_READ | Memory.PROT_WRITE;
    Memory.Mapping mapping =
        Memory.map(file, 0, (long) MOST * PAGE, prot, Memory.MAP_SHARED, arena);
    return ((Memory.Mapping.Mapped) mapping).memory();
  }

  private void watch(MemorySegment memory) {
    watch = WrittenPages.watch(memory.address(), memory.byteSize());
    assumeTrue(watch >= 0, "asynchronous write-protection needs Linux 6.7 and userfaultfd(2)");
  }

  private List<Integer> scan(MemorySegment memory, int count) {
    int regions = pages.scan(memory.address(), (long) count * PAGE, found);
    assertTrue(regions >= 0, "errno " + -regions);
    List<Integer> written = new ArrayList<>();
    for (int i = 0; i < regions; i++) {
      long first = found.get(JAVA_LONG, (long) i * WrittenPages.REGION_SIZE) - memory.address();
      long end = found.get(JAVA_LONG, (long) i * WrittenPages.REGION_SIZE + 8) - memory.address();
      IntStream.range((int) (first / PAGE), (int) (end / PAGE)).forEach(written::add);
    }
    return written;
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1_000, 10_000})
  void oneCallFindsTheWrittenOnes(int count) {
    MemorySegment memory = map();
    memory.fill((byte) 1);
    watch(memory);
    scan(memory, count);
    assertEquals(List.of(), scan(memory, count));
    List<Integer> some = List.of(0, count / 3, count / 3 + 1, count - 1);
    for (int round = 0; round < 3; round++) {
      for (int page : some) {
        memory.set(JAVA_INT, (long) page * PAGE + 8 * round, round);
      }
      assertEquals(some, scan(memory, count));
      assertEquals(List.of(), scan(memory, count), "told once");
    }
    compare(memory, count);
  }

  /** The figures of ADR 17: nothing written, four pages written, and a look at each page. */
  private void compare(MemorySegment memory, int count) {
    int rounds = 2_000_000 / (count + 1_000);
    long empty = 0;
    long four = 0;
    long polls = 0;
    long sum = 0;
    for (int round = -rounds; round < rounds; round++) { // the first half warms up
      long begin = System.nanoTime();
      pages.scan(memory.address(), (long) count * PAGE, found);
      long between = System.nanoTime();
      for (int page = 0; page < count; page++) {
        sum += (long) WORD.getAcquire(memory, (long) page * PAGE);
      }
      long end = System.nanoTime();
      for (int page = 0; page < count; page += count / 4) {
        memory.set(JAVA_LONG, (long) page * PAGE, round);
      }
      long written = System.nanoTime();
      pages.scan(memory.address(), (long) count * PAGE, found);
      if (round >= 0) {
        empty += between - begin;
        polls += end - between;
        four += System.nanoTime() - written;
      }
    }
    assertTrue(sum != 0);
    System.out.printf(
        "%d pages: scan %d ns, with four or five written %d ns, poll %d ns%n",
        count, empty / rounds, four / rounds, polls / rounds);
  }

  @Test
  void onlyWritesThroughThatMappingCount() {
    MemorySegment watched = map();
    MemorySegment other = map();
    watched.fill((byte) 1);
    watch(watched);
    scan(watched, MOST);
    other.set(JAVA_INT, 5L * PAGE, 7);
    assertEquals(List.of(), scan(watched, MOST));
    assertEquals(7, watched.get(JAVA_INT, 5L * PAGE));
  }

  @Test
  void whatDoesNotFitRemains() {
    MemorySegment memory = map();
    memory.fill((byte) 1);
    watch(memory);
    scan(memory, MOST);
    for (int page = 0; page < 10; page += 2) {
      memory.set(JAVA_INT, (long) page * PAGE, 2);
    }
    MemorySegment two = found.asSlice(0, 2 * WrittenPages.REGION_SIZE);
    assertEquals(2, pages.scan(memory.address(), (long) MOST * PAGE, two));
    assertEquals(List.of(4, 6, 8), scan(memory, MOST));
  }

  @Test
  void whatIsNotWatchedIsRefused() {
    MemorySegment memory = map();
    watch(memory.asSlice(0, PAGE));
    assertTrue(pages.scan(map().address(), PAGE, found) < 0);
    assertTrue(WrittenPages.watch(memory.address() + 1, PAGE) < 0);
    assertNull(WrittenPages.of(-1));
  }
}
