// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * VFIO: a device for this process alone, which reaches no memory but what is mapped for it. The
 * order: container, group into it, kind of IOMMU, then the group's device.
 *
 * <p>All methods answer a result of at least 0, or {@code -errno}. Any thread may call them.
 * Source: Linux's {@code driver-api/vfio.rst}, {@code linux/vfio.h}.
 */
public final class Vfio {
  /** {@code VFIO_TYPE1v2_IOMMU}: mappings are taken back as they were made. */
  public static final int VFIO_TYPE1_V2_IOMMU = 3;

  /** A group whose devices are all free for VFIO. */
  public static final int VFIO_GROUP_FLAGS_VIABLE = 1;

  /** Region of the first base address register. */
  public static final int VFIO_PCI_BAR0_REGION_INDEX = 0;

  /** Region of the configuration space. */
  public static final int VFIO_PCI_CONFIG_REGION_INDEX = 7;

  /** The index of MSI-X interrupts. */
  public static final int VFIO_PCI_MSIX_IRQ_INDEX = 2;

  /** The region may be mapped. */
  public static final int VFIO_REGION_INFO_FLAG_MMAP = 4;

  /** Reading by the device. */
  public static final int VFIO_DMA_MAP_FLAG_READ = 1;

  /** Writing by the device. */
  public static final int VFIO_DMA_MAP_FLAG_WRITE = 2;

  /** Bytes of {@code struct vfio_region_info} without its capabilities. */
  public static final int REGION_INFO_SIZE = 32;

  /** {@code VFIO_API_VERSION}: the only one that there is. */
  public static final int VFIO_API_VERSION = 0;

  private static final long VFIO_GET_API_VERSION = 0x3b64;
  private static final long VFIO_CHECK_EXTENSION = 0x3b65;
  private static final long VFIO_SET_IOMMU = 0x3b66;
  private static final long VFIO_GROUP_GET_STATUS = 0x3b67;
  private static final long VFIO_GROUP_SET_CONTAINER = 0x3b68;
  private static final long VFIO_GROUP_GET_DEVICE_FD = 0x3b6a;
  private static final long VFIO_DEVICE_GET_REGION_INFO = 0x3b6c;
  private static final long VFIO_DEVICE_GET_IRQ_INFO = 0x3b6d;
  private static final long VFIO_DEVICE_SET_IRQS = 0x3b6e;
  private static final long VFIO_DEVICE_RESET = 0x3b6f;
  private static final long VFIO_IOMMU_GET_INFO = 0x3b70;
  private static final long VFIO_IOMMU_MAP_DMA = 0x3b71;
  private static final long VFIO_IOMMU_UNMAP_DMA = 0x3b72;

  private static final int IRQ_SET_HEAD = 20;
  private static final int DATA_NONE_ACTION_TRIGGER = 1 | 1 << 5;
  private static final int DATA_EVENTFD_ACTION_TRIGGER = 1 << 2 | 1 << 5;

  private static final int VFIO_IOMMU_INFO_CAPS = 2;
  private static final int IOMMU_INFO_SIZE = 1 << 16;
  private static final int VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE = 1;

  private Vfio() {}

  /**
   * {@code VFIO_GET_API_VERSION}.
   *
   * @param container descriptor of {@code /dev/vfio/vfio}
   * @return {@link #VFIO_API_VERSION}
   */
  public static int apiVersion(int container) {
    return Ioctl.call(container, VFIO_GET_API_VERSION, 0);
  }

  /**
   * {@code VFIO_CHECK_EXTENSION}.
   *
   * @param container descriptor
   * @param extension such as {@link #VFIO_TYPE1_V2_IOMMU}
   * @return above 0 where it is there
   */
  public static int checkExtension(int container, int extension) {
    return Ioctl.call(container, VFIO_CHECK_EXTENSION, extension);
  }

  /**
   * {@code VFIO_GROUP_GET_STATUS}.
   *
   * @param group descriptor of {@code /dev/vfio/NUMBER}
   * @return flags, such as {@link #VFIO_GROUP_FLAGS_VIABLE}
   */
  public static int groupStatus(int group) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(8, 4);
      status.set(JAVA_INT, 0, 8);
      int result = Ioctl.call(group, VFIO_GROUP_GET_STATUS, status);
      return result < 0 ? result : status.get(JAVA_INT, 4);
    }
  }

  /**
   * {@code VFIO_GROUP_SET_CONTAINER}.
   *
   * @param group descriptor
   * @param container descriptor
   * @return 0
   */
  public static int setContainer(int group, int container) {
    try (Arena arena = Arena.ofConfined()) {
      return Ioctl.call(group, VFIO_GROUP_SET_CONTAINER, arena.allocateFrom(JAVA_INT, container));
    }
  }

  /**
   * {@code VFIO_SET_IOMMU}; the container must have a group.
   *
   * @param container descriptor
   * @param type such as {@link #VFIO_TYPE1_V2_IOMMU}
   * @return 0
   */
  public static int setIommu(int container, int type) {
    return Ioctl.call(container, VFIO_SET_IOMMU, type);
  }

  /**
   * {@code VFIO_GROUP_GET_DEVICE_FD}.
   *
   * @param group descriptor, in a container with an IOMMU
   * @param name such as {@code 0000:00:04.0}
   * @return a new descriptor
   */
  public static int device(int group, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return Ioctl.call(group, VFIO_GROUP_GET_DEVICE_FD, arena.allocateFrom(name));
    }
  }

  /**
   * The addresses that the IOMMU translates for devices, {@code VFIO_IOMMU_GET_INFO}.
   *
   * @param container descriptor, with an IOMMU
   * @param ranges takes first and last address of each, 8 bytes each
   * @return how many ranges there are, at most those that there is room for; 0 where the kernel
   *     does not say
   */
  public static int iovaRanges(int container, MemorySegment ranges) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(IOMMU_INFO_SIZE, 8);
      info.set(JAVA_INT, 0, IOMMU_INFO_SIZE);
      int result = Ioctl.call(container, VFIO_IOMMU_GET_INFO, info);
      return result < 0 ? result : ranges(info, ranges);
    }
  }

  /** Walks the chain of capabilities: u16 id, u16 version, u32 offset of the next. */
  private static int ranges(MemorySegment info, MemorySegment ranges) {
    int at = (info.get(JAVA_INT, 4) & VFIO_IOMMU_INFO_CAPS) == 0 ? 0 : info.get(JAVA_INT, 16);
    while (at != 0) {
      if ((info.get(JAVA_INT, at) & 0xFFFF) == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE) {
        int count = Math.min(info.get(JAVA_INT, at + 8), (int) (ranges.byteSize() / 16));
        MemorySegment.copy(info, at + 16, ranges, 0, 16L * count);
        return count;
      }
      at = info.get(JAVA_INT, at + 4);
    }
    return 0;
  }

  /**
   * Lets devices reach memory, {@code VFIO_IOMMU_MAP_DMA}: its pages are pinned, and counted
   * against the limit of locked memory.
   *
   * @param container descriptor, with an IOMMU
   * @param address of the memory, a multiple of the page size
   * @param iova what devices call it, likewise
   * @param size bytes, likewise
   * @param flags {@link #VFIO_DMA_MAP_FLAG_READ}, {@link #VFIO_DMA_MAP_FLAG_WRITE}
   * @return 0
   */
  public static int map(int container, long address, long iova, long size, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(32, 8);
      map.set(JAVA_INT, 0, 32);
      map.set(JAVA_INT, 4, flags);
      map.set(JAVA_LONG, 8, address);
      map.set(JAVA_LONG, 16, iova);
      map.set(JAVA_LONG, 24, size);
      return Ioctl.call(container, VFIO_IOMMU_MAP_DMA, map);
    }
  }

  /**
   * Takes memory out of devices' reach, {@code VFIO_IOMMU_UNMAP_DMA}.
   *
   * @param container descriptor, with an IOMMU
   * @param iova as mapped
   * @param size as mapped
   * @return 0
   */
  public static int unmap(int container, long iova, long size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment unmap = arena.allocate(24, 8);
      unmap.set(JAVA_INT, 0, 24);
      unmap.set(JAVA_LONG, 8, iova);
      unmap.set(JAVA_LONG, 16, size);
      return Ioctl.call(container, VFIO_IOMMU_UNMAP_DMA, unmap);
    }
  }

  /**
   * What a region is, {@code VFIO_DEVICE_GET_REGION_INFO}.
   *
   * @param device descriptor
   * @param index such as {@link #VFIO_PCI_BAR0_REGION_INDEX}
   * @param info takes the answer, {@link #REGION_INFO_SIZE} bytes; see {@link #regionFlags} and its
   *     like
   * @return 0
   */
  public static int region(int device, int index, MemorySegment info) {
    info.fill((byte) 0);
    info.set(JAVA_INT, 0, REGION_INFO_SIZE);
    info.set(JAVA_INT, 8, index);
    return Ioctl.call(device, VFIO_DEVICE_GET_REGION_INFO, info);
  }

  /**
   * What can be done with a region.
   *
   * @param info from {@link #region}
   * @return flags, such as {@link #VFIO_REGION_INFO_FLAG_MMAP}
   */
  public static int regionFlags(MemorySegment info) {
    return info.get(JAVA_INT, 4);
  }

  /**
   * How large a region is.
   *
   * @param info from {@link #region}
   * @return bytes, 0 where the device has none
   */
  public static long regionSize(MemorySegment info) {
    return info.get(JAVA_LONG, 16);
  }

  /**
   * Where a region is.
   *
   * @param info from {@link #region}
   * @return offset in the device's descriptor, to read, write or map
   */
  public static long regionOffset(MemorySegment info) {
    return info.get(JAVA_LONG, 24);
  }

  /**
   * How many interrupts there are, {@code VFIO_DEVICE_GET_IRQ_INFO}.
   *
   * @param device descriptor
   * @param index such as {@link #VFIO_PCI_MSIX_IRQ_INDEX}
   * @return the number of vectors
   */
  public static int interrupts(int device, int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(16, 4);
      info.set(JAVA_INT, 0, 16);
      info.set(JAVA_INT, 8, index);
      int result = Ioctl.call(device, VFIO_DEVICE_GET_IRQ_INFO, info);
      return result < 0 ? result : info.get(JAVA_INT, 12);
    }
  }

  /**
   * Enables interrupts, {@code VFIO_DEVICE_SET_IRQS}: each signals its {@code eventfd(2)}.
   *
   * @param device descriptor
   * @param index such as {@link #VFIO_PCI_MSIX_IRQ_INDEX}
   * @param eventfds of vectors 0 and up; of none at all, disables what was enabled
   * @return 0
   */
  public static int setInterrupts(int device, int index, int[] eventfds) {
    try (Arena arena = Arena.ofConfined()) {
      int size = IRQ_SET_HEAD + Integer.BYTES * eventfds.length;
      MemorySegment set = arena.allocate(size, 4);
      set.set(JAVA_INT, 0, size);
      set.set(
          JAVA_INT,
          4,
          eventfds.length == 0 ? DATA_NONE_ACTION_TRIGGER : DATA_EVENTFD_ACTION_TRIGGER);
      set.set(JAVA_INT, 8, index);
      set.set(JAVA_INT, 16, eventfds.length);
      MemorySegment.copy(eventfds, 0, set, JAVA_INT, IRQ_SET_HEAD, eventfds.length);
      return Ioctl.call(device, VFIO_DEVICE_SET_IRQS, set);
    }
  }

  /**
   * Resets the function, {@code VFIO_DEVICE_RESET}.
   *
   * @param device descriptor
   * @return 0; {@code -ENOTTY} where the device cannot be reset alone
   */
  public static int reset(int device) {
    return Ioctl.call(device, VFIO_DEVICE_RESET, 0);
  }
}
