// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** A process that starts QEMU, says its number, and is killed. */
final class QemuVictim {
  private QemuVictim() {}

  public static void main(String[] arguments) throws Exception {
    QemuTransport transport =
        QemuTransport.start(
            QemuOptions.of(
                "-blockdev",
                "driver=null-co,node-name=disk,size=65536",
                "-device",
                "nvme,serial=ANNULUS,drive=disk"));
    System.out.println(transport.pid());
    Thread.currentThread().join();
  }
}
