// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protection information that the application writes and checks: bytes, coverage, errors. */
@Timeout(60)
class ProtectionCodecTest {
  private static final int BLOCK = 512;

  private static int crc(byte[] bytes) {
    return Crc16.update(0, MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  /** Bit by bit, as the polynomial says. */
  private static int slowly(byte[] bytes, int from, int length) {
    int crc = 0;
    for (int i = from; i < from + length; i++) {
      crc ^= (bytes[i] & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1 ^ ((crc & 0x8000) != 0 ? 0x8BB7 : 0)) & 0xFFFF;
      }
    }
    return crc;
  }

  @Test
  void theGuardIsTheStandardsCrc() {
    assertEquals(0xD0DB, crc("123456789".getBytes(StandardCharsets.US_ASCII)), "check value");
    assertEquals(0, crc(new byte[32]), "zeroes");
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xFF);
    assertEquals(0xA293, crc(ones), "FFh 32 times");
    byte[] rising = new byte[32];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = (byte) i;
    }
    assertEquals(0x0224, crc(rising), "00h to 1Fh");
  }

  @Test
  void anyLengthAnyPieces() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] bytes = new byte[4200];
    random.nextBytes(bytes);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    for (int i = 0; i < 2000; i++) {
      int from = random.nextInt(50);
      int length = random.nextInt(i % 100 == 0 ? 4096 : 100);
      int first = random.nextInt(length + 1);
      int crc = Crc16.update(0, memory, from, first);
      crc = Crc16.update(crc, memory, from + first, length - first);
      assertEquals(slowly(bytes, from, length), crc, "seed " + seed);
    }
  }

  @Test
  void bytesAsTheSpecificationHasThem() {
    byte[] block = new byte[BLOCK + 8];
    new Random(1).nextBytes(block);
    MemorySegment memory = MemorySegment.ofArray(block);
    ProtectionCodec codec = new ProtectionCodec(BLOCK, new BlockMetadata(8, true, 1, false));
    Protection tags = new Protection(false, 0, 0xABCD, 0, 0);
    codec.generate(memory, 0, memory, BLOCK, 1, 0x1_1234_5678L, tags);
    int guard = slowly(block, 0, BLOCK);
    byte[] expected = {
      (byte) (guard >>> 8), (byte) guard, (byte) 0xAB, (byte) 0xCD, 0x12, 0x34, 0x56, 0x78
    };
    assertArrayEquals(expected, Arrays.copyOfRange(block, BLOCK, BLOCK + 8));
  }

  /** The guard is of the metadata before it too, and not of that after it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheGuardIsOf(boolean first) {
    BlockMetadata metadata = new BlockMetadata(16, false, 1, first);
    ProtectionCodec codec = new ProtectionCodec(BLOCK, metadata);
    byte[] data = new byte[2 * BLOCK];
    byte[] beside = new byte[32];
    new Random(2).nextBytes(data);
    new Random(3).nextBytes(beside);
    MemorySegment memory = MemorySegment.ofArray(data);
    MemorySegment metadataMemory = MemorySegment.ofArray(beside);
    codec.generate(memory, 0, metadataMemory, 0, 2, 7, Protection.BY_HOST);
    assertEquals(0, codec.check(memory, 0, metadataMemory, 0, 2, 7, Protection.BY_HOST));
    int guard = StatusCode.END_TO_END_GUARD_CHECK_ERROR.value;
    int plain = first ? 16 + 8 : 16; // a byte of the second block's, beside the information
    beside[plain] ^= 1;
    assertEquals(
        first ? 0 : guard, codec.check(memory, 0, metadataMemory, 0, 2, 7, Protection.BY_HOST));
    beside[plain] ^= 1;
    for (int at : new int[] {0, BLOCK - 1, BLOCK, 2 * BLOCK - 1}) {
      data[at] ^= 0x10;
      assertEquals(guard, codec.check(memory, 0, metadataMemory, 0, 2, 7, Protection.BY_HOST));
      data[at] ^= 0x10;
    }
  }

  private static int check(int type, Protection expected, long lba, Protection written) {
    ProtectionCodec codec = new ProtectionCodec(BLOCK, new BlockMetadata(8, true, type, true));
    MemorySegment memory = MemorySegment.ofArray(new byte[3 * (BLOCK + 8)]);
    codec.generate(memory, 0, memory, BLOCK, 3, 100, written);
    return codec.check(memory, 0, memory, BLOCK, 3, lba, expected);
  }

  @Test
  void tagsAndTheirMasks() {
    Protection written = new Protection(false, 0, 0x1234, 0, 0);
    int all = Protection.GUARD | Protection.APPLICATION_TAG | Protection.REFERENCE_TAG;
    int application = StatusCode.END_TO_END_APPLICATION_TAG_CHECK_ERROR.value;
    int reference = StatusCode.END_TO_END_REFERENCE_TAG_CHECK_ERROR.value;
    assertEquals(0, check(1, new Protection(false, all, 0x1234, 0xFFFF, 0), 100, written));
    assertEquals(0, check(1, new Protection(false, all, 0x1200, 0xFF00, 0), 100, written));
    assertEquals(
        application, check(1, new Protection(false, all, 0x1235, 0xFFFF, 0), 100, written));
    assertEquals(0, check(1, new Protection(false, all, 0x1235, 0xFFF0, 0), 100, written));
    assertEquals(reference, check(1, new Protection(false, all, 0x1234, 0xFFFF, 0), 101, written));
    assertEquals(0, check(2, new Protection(false, all, 0, 0, -1), 101, written), "offset");
    assertEquals(0, check(3, new Protection(false, all, 0, 0, 5), 101, written), "type 3");
    assertEquals(0, check(1, new Protection(false, 0, 7, 0xFFFF, 0), 9, written), "no checks");
  }

  @Test
  void whatIsNotToBeCheckedIsNot() {
    int all = Protection.GUARD | Protection.APPLICATION_TAG | Protection.REFERENCE_TAG;
    Protection expected = new Protection(false, all, 1, 0xFFFF, 0);
    Protection escape = new Protection(false, 0, 0xFFFF, 0, 0);
    assertEquals(0, check(1, expected, 5, escape));
    assertEquals(0, check(2, expected, 5, escape));
    assertEquals(
        StatusCode.END_TO_END_APPLICATION_TAG_CHECK_ERROR.value, check(3, expected, 5, escape));
    assertEquals(0, check(3, expected, 5, new Protection(false, 0, 0xFFFF, 0, -1)));
  }

  @Test
  void whatCannotBe() {
    assertThrows(
        IllegalArgumentException.class, () -> new ProtectionCodec(BLOCK, BlockMetadata.NONE));
    assertThrows(IllegalArgumentException.class, () -> new BlockMetadata(4, false, 1, false));
    assertThrows(IllegalArgumentException.class, () -> new BlockMetadata(9, false, 0, false));
    assertThrows(IllegalArgumentException.class, () -> new BlockMetadata(8, false, 4, false));
    assertThrows(IllegalArgumentException.class, () -> new Protection(true, 8, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Protection(true, 0, 1 << 16, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Protection(true, 0, 0, -1, 0));
  }
}
