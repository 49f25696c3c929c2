// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EntryLayoutTest {
  /** Not 0: an accessor that forgets the entry's place is noticed. */
  private static final long AT = 64;

  private final MemorySegment memory = Arena.ofAuto().allocate(256, 64);

  private byte[] entry(int size) {
    return memory.asSlice(AT, size).toArray(ValueLayout.JAVA_BYTE);
  }

  private void assertEntry(String hex) {
    String bytes = hex.replace(" ", "");
    assertArrayEquals(HexFormat.of().parseHex(bytes), entry(bytes.length() / 2));
    for (long at = 0; at < memory.byteSize(); at++) {
      if (at < AT || at >= AT + bytes.length() / 2) {
        assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, at), "byte " + at + " outside the entry");
      }
    }
  }

  @Test
  void filledSubmissionIsByteForByteWhatLinuxReads() {
    SqEntry.fill(
        memory,
        AT,
        Opcode.WRITE,
        0x01020304,
        0x1112131415161718L,
        0x2122232425262728L,
        0x31323334,
        0x4142434445464748L);
    assertEntry(
        "17 00 0000 04030201 1817161514131211 2827262524232221 34333231 00000000"
            + "4847464544434241 0000 0000 00000000 0000000000000000 0000000000000000");
  }

  @Test
  void fillLeavesNothingOfTheSlotsLastEntry() {
    memory.asSlice(AT, SqEntry.SIZE).fill((byte) 0xff);
    SqEntry.fill(memory, AT, 0, 0, 0, 0, 0, 0);
    assertArrayEquals(new byte[SqEntry.SIZE], entry(SqEntry.SIZE));
  }

  @Test
  void negativeDescriptorAndHighOpcodeDoNotSpill() {
    SqEntry.fill(memory, AT, 0xff, -1, -1, 0, -1, 0);
    assertEntry(
        "ff 00 0000 ffffffff ffffffffffffffff 0000000000000000 ffffffff 00000000"
            + "0000000000000000 0000 0000 00000000 0000000000000000 0000000000000000");
    assertEquals(0xff, SqEntry.opcode(memory, AT));
    assertEquals(-1, SqEntry.fd(memory, AT));
    assertEquals(-1, SqEntry.len(memory, AT));
  }

  @Test
  void clearZeroesTheEntryAndNoMore() {
    memory.fill((byte) 0x55);
    SqEntry.clear(memory, AT);
    byte[] all = memory.toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < all.length; i++) {
      assertEquals(i >= AT && i < AT + SqEntry.SIZE ? 0 : 0x55, all[i], "byte " + i);
    }
  }

  @Test
  void copyTakesTheEntryAndNoMore() {
    byte[] random = new byte[256];
    new SplittableRandom(1).nextBytes(random);
    MemorySegment from = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(256).put(random).flip());
    SqEntry.copy(from, 128, memory, AT);
    assertEntry(HexFormat.of().formatHex(random, 128, 192));
  }

  @Test
  void eachSetterWritesItsFieldAlone() {
    assertWrites(SqEntry.OPCODE, 1, at -> SqEntry.opcode(memory, at, -1));
    assertWrites(SqEntry.FLAGS, 1, at -> SqEntry.flags(memory, at, -1));
    assertWrites(SqEntry.FD, 4, at -> SqEntry.fd(memory, at, -1));
    assertWrites(SqEntry.OFF, 8, at -> SqEntry.off(memory, at, -1));
    assertWrites(SqEntry.ADDR, 8, at -> SqEntry.addr(memory, at, -1));
    assertWrites(SqEntry.OP_FLAGS, 4, at -> SqEntry.opFlags(memory, at, -1));
    assertWrites(SqEntry.USER_DATA, 8, at -> SqEntry.userData(memory, at, -1));
    assertWrites(SqEntry.BUF_INDEX, 2, at -> SqEntry.bufIndex(memory, at, -1));
    assertWrites(SqEntry.ADDR3, 8, at -> SqEntry.addr3(memory, at, -1));
  }

  private void assertWrites(int offset, int width, Consumer<Long> setter) {
    memory.fill((byte) 0);
    setter.accept(AT);
    byte[] all = memory.toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < all.length; i++) {
      boolean own = i >= AT + offset && i < AT + offset + width;
      assertEquals(own ? -1 : 0, all[i], "byte " + (i - AT) + " for the field at " + offset);
    }
  }

  @Test
  void eachGetterReadsItsFieldAlone() {
    byte[] random = new byte[SqEntry.SIZE];
    new SplittableRandom(2).nextBytes(random);
    ByteBuffer bytes = ByteBuffer.wrap(random).order(ByteOrder.LITTLE_ENDIAN);
    memory.asSlice(AT, SqEntry.SIZE).copyFrom(MemorySegment.ofArray(random));
    assertEquals(bytes.get(0) & 0xff, SqEntry.opcode(memory, AT));
    assertEquals(bytes.get(1) & 0xff, SqEntry.flags(memory, AT));
    assertEquals(bytes.getShort(2) & 0xffff, SqEntry.ioprio(memory, AT));
    assertEquals(bytes.getInt(4), SqEntry.fd(memory, AT));
    assertEquals(bytes.getLong(8), SqEntry.off(memory, AT));
    assertEquals(bytes.getLong(16), SqEntry.addr(memory, AT));
    assertEquals(bytes.getInt(24), SqEntry.len(memory, AT));
    assertEquals(bytes.getInt(28), SqEntry.opFlags(memory, AT));
    assertEquals(bytes.getLong(32), SqEntry.userData(memory, AT));
    assertEquals(bytes.getShort(40) & 0xffff, SqEntry.bufIndex(memory, AT));
    assertEquals(bytes.getLong(48), SqEntry.addr3(memory, AT));
  }

  @Test
  void narrowFieldsReadAsUnsigned() {
    memory.fill((byte) 0xff);
    assertEquals(255, SqEntry.opcode(memory, AT));
    assertEquals(255, SqEntry.flags(memory, AT));
    assertEquals(65535, SqEntry.ioprio(memory, AT));
    assertEquals(65535, SqEntry.bufIndex(memory, AT));
  }

  @Test
  void completionIsByteForByteWhatLinuxWrites() {
    CqEntry.fill(memory, AT, 0x0102030405060708L, -22, 0x80000003);
    assertEntry("0807060504030201 eaffffff 03000080");
    assertEquals(0x0102030405060708L, CqEntry.userData(memory, AT));
    assertEquals(-Errno.EINVAL, CqEntry.res(memory, AT));
    assertEquals(0x80000003, CqEntry.flags(memory, AT));
  }
}
