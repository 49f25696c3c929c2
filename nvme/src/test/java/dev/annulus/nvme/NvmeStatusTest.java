// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import org.junit.jupiter.api.Test;

class NvmeStatusTest {
  @Test
  void saysAllThatAStatusHolds() {
    assertEquals("LBA Out of Range (SCT 0h, SC 80h, do not retry)", NvmeStatus.describe(0x4080));
    assertEquals(
        "Write Fault (SCT 2h, SC 80h, more in the error log)", NvmeStatus.describe(0x2280));
    assertEquals("Vendor Specific (SCT 7h, SC 01h)", NvmeStatus.describe(0x701));
    assertEquals("Vendor Specific (SCT 0h, SC c3h)", NvmeStatus.describe(0xC3));
    assertEquals("Reserved (SCT 0h, SC 17h)", NvmeStatus.describe(0x17));
    assertEquals("Successful Completion", NvmeStatus.name(0));
  }

  @Test
  void tellsWhetherARetryMayHelp() {
    assertTrue(NvmeStatus.retryable(0x281));
    assertFalse(NvmeStatus.retryable(0x4281));
    assertFalse(NvmeStatus.retryable(NvmeStatus.SUCCESS));
  }

  @Test
  void becomesAnErrorNumber() {
    assertEquals(0, NvmeStatus.errno(0));
    assertEquals(Errno.EINVAL, NvmeStatus.errno(0x4080));
    assertEquals(Errno.ENODEV, NvmeStatus.errno(0x400B));
    assertEquals(Errno.EOPNOTSUPP, NvmeStatus.errno(0x4001));
    assertEquals(Errno.ENOSPC, NvmeStatus.errno(0x081));
    assertEquals(Errno.EROFS, NvmeStatus.errno(0x020));
    assertEquals(Errno.EIO, NvmeStatus.errno(0x281));
    assertEquals(Errno.EILSEQ, NvmeStatus.errno(0x282));
    assertEquals(Errno.EIO, NvmeStatus.errno(0x7FF), "unknown");
    assertEquals(Errno.EIO, NvmeStatus.errno(NvmeStatus.DO_NOT_RETRY), "an error without a code");
  }

  @Test
  void exceptionSaysCommandStatusAndRemedy() {
    NvmeException e = new NvmeException("Identify", 0x400B, "ask for another");
    assertEquals(
        "Identify: Invalid Namespace or Format (SCT 0h, SC 0bh, do not retry): ask for another",
        e.getMessage());
    assertEquals(Errno.ENODEV, e.errno());
    assertEquals(Errno.EIO, new NvmeException("gone").errno());
  }
}
