// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * The NVMe controller on the first PCI bus of a guest that has no firmware: finds it, places its
 * registers, lets it reach memory, enables its interrupts. Not for several threads at once.
 *
 * <p>Source: PCI Local Bus Specification 3.0, sections 3.2.2.3.2 (configuration mechanism) and 6;
 * PCI Express Base Specification 3.0, sections 6.6.2 (function level reset) and 7.8.
 */
final class QemuFunction {
  private static final int CONFIG_ADDRESS = 0xCF8;
  private static final int CONFIG_DATA = 0xCFC;
  private static final int CONFIG_ENABLE = 0x8000_0000;

  private static final int DEVICES = 32;
  private static final int FUNCTIONS = 8;
  private static final int NOBODY = 0xFFFF_FFFF;
  private static final int NVME = 0x010802;

  private static final int COMMAND = 0x04;
  private static final int CLASS = 0x08;
  private static final int HEADER = 0x0C;
  private static final int MULTIPLE_FUNCTIONS = 1 << 23;
  private static final int BAR0 = 0x10;
  private static final int CAPABILITIES = 0x34;

  /** Memory decoding, bus master, no interrupts by pin. */
  private static final int COMMAND_VALUE = 0x406;

  private static final int MOST_CAPABILITIES = 48;
  private static final int CAPABILITY_PCIE = 0x10;
  private static final int CAPABILITY_MSIX = 0x11;

  private static final int PCIE_DEVICE_CAPABILITIES = 4;
  private static final int PCIE_RESETTABLE = 1 << 28;
  private static final int PCIE_DEVICE_CONTROL = 8;
  private static final int PCIE_RESET = 1 << 15;

  private static final int MSIX_ENABLE = 1 << 31;
  private static final int MSIX_TABLE = 4;
  private static final int MSIX_ENTRY = 16;

  /** Where its registers go: behind all of the guest's memory, before the interrupt controllers. */
  static final int REGISTERS = 0xE000_0000;

  private static final int LEAST_REGISTERS = 0x1008;
  private static final int MOST_REGISTERS = 0x100_0000;

  private final Qtest qtest;

  /** Bus 0, device and function, as the configuration mechanism has them. */
  private final int address;

  private final int size;
  private final int vectors;
  private int msix;
  private int table;

  /** Finds the controller, and sets it up but for its interrupts. */
  QemuFunction(Qtest qtest) throws NvmeException {
    this.qtest = qtest;
    address = find();
    size = size();
    place();
    msix = capability(CAPABILITY_MSIX);
    vectors = msix == 0 ? 0 : vectors();
  }

  private int find() throws NvmeException {
    for (int device = 0; device < DEVICES; device++) {
      int last = FUNCTIONS;
      for (int function = 0; function < last; function++) {
        int at = device << 11 | function << 8;
        if (read(at) == NOBODY) {
          break;
        }
        if (read(at | CLASS) >>> 8 == NVME) {
          return at;
        }
        if (function == 0 && (read(at | HEADER) & MULTIPLE_FUNCTIONS) == 0) {
          last = 1;
        }
      }
    }
    throw new NvmeException(
        "QEMU has no NVMe controller on its first PCI bus: add -device nvme,serial=…,drive=… to its"
            + " arguments, without bus=");
  }

  private int read(int register) throws NvmeException {
    qtest.out(CONFIG_ADDRESS, CONFIG_ENABLE | register & ~3);
    return qtest.in(CONFIG_DATA);
  }

  private int config(int register) throws NvmeException {
    return read(address | register);
  }

  private void config(int register, int value) throws NvmeException {
    qtest.out(CONFIG_ADDRESS, CONFIG_ENABLE | address | register);
    qtest.out(CONFIG_DATA, value);
  }

  /** What stays 0 of an address that is all ones is the size. */
  private int size() throws NvmeException {
    config(BAR0, NOBODY);
    int bytes = -(config(BAR0) & ~0xF);
    if (bytes < LEAST_REGISTERS || bytes > MOST_REGISTERS) {
      throw new NvmeException(
          "the controller's registers take %,d bytes: this is no NVMe controller".formatted(bytes));
    }
    return bytes;
  }

  private void place() throws NvmeException {
    config(BAR0, REGISTERS);
    config(BAR0 + 4, 0);
    config(COMMAND, COMMAND_VALUE);
  }

  /** Where a capability lies in the configuration, 0 where it has none. */
  private int capability(int id) throws NvmeException {
    int at = config(CAPABILITIES) & 0xFC;
    for (int i = 0; i < MOST_CAPABILITIES && at != 0; i++) {
      int header = config(at);
      if ((header & 0xFF) == id) {
        return at;
      }
      at = header >>> 8 & 0xFC;
    }
    return 0;
  }

  /** None where the table is not among the registers. */
  private int vectors() throws NvmeException {
    int where = config(msix + MSIX_TABLE);
    int count = (config(msix) >>> 16 & 0x7FF) + 1;
    table = where & ~7;
    return (where & 7) == 0 && table >= 0 && table + count * MSIX_ENTRY <= size ? count : 0;
  }

  /** Bytes of its registers, doorbells included. */
  int registers() {
    return size;
  }

  /** Interrupt vectors that it has. */
  int interrupts() {
    return vectors;
  }

  /** Has the first vectors write to memory: 1 to an address each, {@code apart} bytes apart. */
  void enableInterrupts(int count, long iova, int apart) throws NvmeException {
    for (int i = 0; i < count; i++) {
      int entry = REGISTERS + table + i * MSIX_ENTRY;
      qtest.write(entry, (int) iova + i * apart);
      qtest.write(entry + 4, 0);
      qtest.write(entry + 8, 1);
      qtest.write(entry + 12, 0); // not masked
    }
    if (count > 0) {
      config(msix, config(msix) | MSIX_ENABLE);
    }
  }

  /** Resets the function, which forgets where it was; its interrupts are to be enabled again. */
  void reset() throws NvmeException {
    int pcie = capability(CAPABILITY_PCIE);
    if (pcie == 0 || (config(pcie + PCIE_DEVICE_CAPABILITIES) & PCIE_RESETTABLE) == 0) {
      throw new NvmeException(
          "QEMU's controller cannot be reset from outside: close the transport and start another");
    }
    config(pcie + PCIE_DEVICE_CONTROL, config(pcie + PCIE_DEVICE_CONTROL) | PCIE_RESET);
    place();
  }
}
