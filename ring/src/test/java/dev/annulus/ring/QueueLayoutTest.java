// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueLayoutTest {
  private final MemorySegment words = Arena.ofAuto().allocate(64, 64);
  private final MemorySegment slots = Arena.ofAuto().allocate(1024, 64);

  private QueueLayout layout(long tail, long head, long event, long at, int entries, int size) {
    return new QueueLayout(words, tail, words, head, event, slots, at, entries, size, true);
  }

  private void refused(String what, Runnable layout) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, layout::run);
    assertTrue(refusal.getMessage().contains(what), refusal::getMessage);
  }

  @Test
  void takesWhatFitsJust() {
    assertDoesNotThrow(() -> layout(0, 8, 48, 0, 16, 64));
    assertDoesNotThrow(() -> layout(0, 8, 16, 960, 1, 64));
    assertDoesNotThrow(() -> layout(0, 8, QueueLayout.NONE, 0, 1, 8));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 3, 12, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void refusesSizesThatAreNoPowerOfTwo(int size) {
    refused("entries", () -> layout(0, 8, 16, 0, size, 64));
    refused("entrySize", () -> layout(0, 8, 16, 0, 1, size));
  }

  @Test
  void refusesSizesOutOfRange() {
    refused("entrySize", () -> layout(0, 8, 16, 0, 1, 4));
    refused("entrySize", () -> layout(0, 8, 16, 0, 1, 8192));
    refused("entries", () -> layout(0, 8, 16, 0, 1 << 31, 64));
    refused("do not fit", () -> layout(0, 8, 16, 0, 1 << 30, 4096));
  }

  @ParameterizedTest
  @ValueSource(longs = {-8, -2, 4, 7, 60, 64, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 7})
  void refusesWordsOutsideOrNotAligned(long at) {
    refused("tail", () -> layout(at, 8, 16, 0, 16, 64));
    refused("head", () -> layout(0, at, 16, 0, 16, 64));
    refused("event", () -> layout(0, 8, at, 0, 16, 64));
    refused("relaxed", () -> layout(0, 8, 56, 0, 16, 64)); // it follows the event index
  }

  @ParameterizedTest
  @ValueSource(longs = {-8, 4, 8, 1024, Long.MAX_VALUE - 7, Long.MIN_VALUE})
  void refusesSlotsOutsideOrNotAligned(long at) {
    refused("slots", () -> layout(0, 8, 16, at, 16, 64));
  }

  @Test
  void alignmentIsThatOfTheAddress() {
    MemorySegment odd = words.asSlice(4);
    refused("tail", () -> new QueueLayout(odd, 0, words, 0, 8, slots, 0, 16, 64, true));
    MemorySegment oddSlots = slots.asSlice(4);
    refused("slots", () -> new QueueLayout(words, 0, words, 8, 16, oddSlots, 0, 1, 64, true));
  }

  @Test
  void kernelWidthWordsNeedFourBytes() {
    assertDoesNotThrow(
        () -> new QueueLayout(words, 60, words, 4, QueueLayout.NONE, slots, 0, 16, 64, false));
    refused(
        "tail",
        () -> new QueueLayout(words, 62, words, 4, QueueLayout.NONE, slots, 0, 16, 64, false));
  }

  @ParameterizedTest
  @ValueSource(longs = {-8, -2, 2, 4, 64, Long.MAX_VALUE - 3, Long.MIN_VALUE})
  void refusesArraysOutsideOrNotAligned(long at) {
    refused("array", () -> layout(0, 8, 16, 0, 16, 64).withArray(at));
  }

  @Test
  void arrayIsAtItsPlaceOrNowhere() {
    assertEquals(QueueLayout.NONE, layout(0, 8, 16, 0, 16, 64).arrayAt());
    assertEquals(0, layout(0, 8, 16, 0, 16, 64).withArray(0).arrayAt());
    assertEquals(56, layout(0, 8, 16, 0, 2, 64).withArray(56).arrayAt());
  }

  @Test
  void kernelRingsHaveNoEventWord() {
    refused("event", () -> new QueueLayout(words, 0, words, 4, 8, slots, 0, 16, 64, false));
  }
}
