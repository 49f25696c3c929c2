// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class DoorbellRegistersTest {
  private static final long STRIDE_OF_16 = 2L << 32;

  @Test
  void placesAsTheSpecificationHasThem() throws Exception {
    DoorbellRegisters dense = DoorbellRegisters.of(0, 0x2000);
    assertEquals(0x1000, dense.submission(0));
    assertEquals(0x1004, dense.completion(0));
    assertEquals(0x1018, dense.submission(3));
    DoorbellRegisters apart = DoorbellRegisters.of(STRIDE_OF_16, 0x2000);
    assertEquals(0x1060, apart.submission(3));
    assertEquals(0x1070, apart.completion(3));
  }

  @Test
  void nothingBehindTheRegisters() throws Exception {
    DoorbellRegisters few = DoorbellRegisters.of(0, 0x1010);
    assertEquals(0x100C, few.completion(1));
    NvmeException e = assertThrows(NvmeException.class, () -> few.submission(2));
    assertEquals(
        "doorbell 4 is behind the controller's registers (4112 bytes): it grants more queues than"
            + " it has; ask for fewer",
        e.getMessage());
    DoorbellRegisters cutOff = DoorbellRegisters.of(0, 0x1012);
    assertThrows(NvmeException.class, () -> cutOff.submission(2));
    DoorbellRegisters far = DoorbellRegisters.of(15L << 32, 0x2000);
    assertThrows(NvmeException.class, () -> far.completion(65_535));
  }
}
