// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** QEMU's controller with a namespace of zones, as the contract wants it. */
final class QemuZones {
  private static final long DISK = 16L * 64 * Setup.BLOCK;

  private QemuZones() {}

  static Transport open() throws NvmeException {
    return Qemu.overDisk(
        DISK,
        disk ->
            QemuOptions.of(
                "-blockdev",
                disk,
                "-device",
                "nvme,id=c,serial=ANNULUS,zoned.zasl=3",
                "-device",
                "nvme-ns,bus=c,drive=disk,nsid=1,zoned=true,zoned.zone_size=32K"
                    + ",zoned.zone_capacity=24K,zoned.max_open=3,zoned.max_active=5"));
  }
}
