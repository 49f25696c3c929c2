// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Memory;
import dev.annulus.ffi.Vfio;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The descriptors and the registers of a device that this process has by VFIO. */
final class VfioDevice {
  /** In configuration space: u16. */
  private static final int COMMAND = 4;

  /** It answers reads and writes of its memory, and reads and writes that of the machine. */
  private static final int MEMORY_AND_BUS_MASTER = 6;

  private static final int LEAST_REGISTERS = 0x1008;

  private final String address;
  private final Arena arena = Arena.ofShared();
  private int container = -1;
  private int group = -1;
  private int device = -1;
  private MemorySegment registers;

  private VfioDevice(String address) {
    this.address = address;
  }

  static VfioDevice open(String address) throws NvmeException {
    int number = PciFunction.at(address).group();
    VfioDevice made = new VfioDevice(address);
    try {
      made.openContainer();
      made.openGroup("/dev/vfio/" + number);
      made.openDevice();
      return made;
    } catch (NvmeException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void openContainer() throws NvmeException {
    container =
        check(
            "opening /dev/vfio/vfio",
            Files.open("/dev/vfio/vfio", Files.O_RDWR, 0),
            "load the module vfio-pci; who may open it is said by its mode");
    if (Vfio.apiVersion(container) != Vfio.VFIO_API_VERSION
        || Vfio.checkExtension(container, Vfio.VFIO_TYPE1_V2_IOMMU) <= 0) {
      throw new NvmeException(
          "VFIO has no IOMMU of type 1, version 2: load the module vfio_iommu_type1");
    }
  }

  private void openGroup(String path) throws NvmeException {
    group =
        check(
            "opening " + path,
            Files.open(path, Files.O_RDWR, 0),
            "another process may have the device; who may open it is said by its mode");
    int flags = check("VFIO_GROUP_GET_STATUS", Vfio.groupStatus(group), "");
    if ((flags & Vfio.VFIO_GROUP_FLAGS_VIABLE) == 0) {
      throw new NvmeException(
          address
              + " shares its IOMMU group with devices of other drivers: give all of "
              + path.replace("/dev/vfio", "/sys/kernel/iommu_groups")
              + "/devices to vfio-pci, or none");
    }
    check("VFIO_GROUP_SET_CONTAINER", Vfio.setContainer(group, container), "");
    check(
        "VFIO_SET_IOMMU",
        Vfio.setIommu(container, Vfio.VFIO_TYPE1_V2_IOMMU),
        "the interrupts may not be remapped on this machine; see the kernel's log");
  }

  private void openDevice() throws NvmeException {
    device =
        check(
            "VFIO_GROUP_GET_DEVICE_FD of " + address,
            Vfio.device(group, address),
            "see the kernel's log");
    MemorySegment info = arena.allocate(Vfio.REGION_INFO_SIZE, 8);
    check(
        "VFIO_DEVICE_GET_REGION_INFO",
        Vfio.region(device, Vfio.VFIO_PCI_CONFIG_REGION_INDEX, info),
        "");
    switchOn(Vfio.regionOffset(info));
    check(
        "VFIO_DEVICE_GET_REGION_INFO",
        Vfio.region(device, Vfio.VFIO_PCI_BAR0_REGION_INDEX, info),
        "");
    long size = Vfio.regionSize(info);
    if (size < LEAST_REGISTERS
        || size > Integer.MAX_VALUE
        || (Vfio.regionFlags(info) & Vfio.VFIO_REGION_INFO_FLAG_MMAP) == 0) {
      throw new NvmeException(
          "%s: its registers take %,d bytes, and can%s be mapped: this is no NVMe controller"
              .formatted(address, size, size < LEAST_REGISTERS ? "" : "not"));
    }
    registers = map(Vfio.regionOffset(info), size);
  }

  private void switchOn(long configuration) throws NvmeException {
    MemorySegment word = arena.allocate(JAVA_SHORT);
    long at = configuration + COMMAND;
    check("reading the command register", Files.pread(device, word.address(), 2, at), "");
    word.set(JAVA_SHORT, 0, (short) (word.get(JAVA_SHORT, 0) | MEMORY_AND_BUS_MASTER));
    check("writing the command register", Files.pwrite(device, word.address(), 2, at), "");
  }

  private MemorySegment map(long offset, long size) throws NvmeException {
    int prot = Memory.PROT_READ | Memory.PROT_WRITE;
    return switch (Memory.map(device, offset, size, prot, Memory.MAP_SHARED, arena)) {
      case Memory.Mapping.Mapped mapped -> mapped.memory();
      case Memory.Mapping.Failed failed ->
          throw new NvmeException(
              "mmap of the registers of " + address + ": " + Errno.describe(failed.errno()));
    };
  }

  private int check(String what, long result, String remedy) throws NvmeException {
    if (result < 0) {
      throw new NvmeException(
          what + ": " + Errno.describe((int) -result) + (remedy.isEmpty() ? "" : ": " + remedy));
    }
    return (int) result;
  }

  String address() {
    return address;
  }

  int container() {
    return container;
  }

  int device() {
    return device;
  }

  MemorySegment registers() {
    return registers;
  }

  /** With the device's descriptor goes its bus mastering; with the container's, its mappings. */
  void close() {
    arena.close();
    for (int fd : new int[] {device, group, container}) {
      if (fd >= 0) {
        Files.close(fd);
      }
    }
  }
}
