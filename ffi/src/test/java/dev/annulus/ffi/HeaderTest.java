// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts and constants against the installed C headers. */
class HeaderTest {
  /** As in C; each is looked for in these. */
  private static final String HEADERS =
      """
      stddef.h
      fcntl.h
      unistd.h
      linux/openat2.h
      linux/futex.h
      linux/io_uring.h
      linux/magic.h
      linux/stat.h
      linux/vfio.h
      sys/epoll.h
      sys/eventfd.h
      sys/mman.h
      sys/socket.h
      sys/syscall.h
      sys/un.h
      sys/wait.h\
      """;

  @TempDir Path directory;

  private void assertC(Map<String, Long> expected) throws IOException {
    CProgram.assumeHeader(directory, "linux/io_uring.h");
    StringBuilder body = new StringBuilder();
    for (String name : expected.keySet()) {
      // A header may be older than a constant; an offset is never a name of the preprocessor.
      boolean macro = name.matches("[A-Z]\\w*");
      body.append(macro ? "#ifdef " + name + "\n" : "");
      body.append("printf(\"%s %%lld\\n\", (long long) (%s));\n".formatted(name, name));
      body.append(macro ? "#endif\n" : "");
    }
    Map<String, Long> told = CProgram.numbers(directory, HEADERS, body.toString());
    Map<String, Long> known = new LinkedHashMap<>(expected);
    known.keySet().retainAll(told.keySet());
    assertEquals(known, told);
    assertTrue(2 * told.size() > expected.size(), "the headers know too few: " + told.keySet());
  }

  /** The constants of a class that have C's names, by a prefix. */
  private static Map<String, Long> constants(Class<?> type, Set<String> prefixes) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .filter(field -> field.getType() == int.class || field.getType() == long.class)
        .filter(field -> prefixes.stream().anyMatch(field.getName()::startsWith))
        .collect(Collectors.toMap(Field::getName, HeaderTest::value));
  }

  private static long value(Field field) {
    try {
      field.setAccessible(true);
      return ((Number) field.get(null)).longValue();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** Offsets in a structure, by the names of its fields. */
  private static Map<String, Long> offsets(String struct, Map<String, Integer> fields) {
    return fields.entrySet().stream()
        .collect(
            Collectors.toMap(
                field -> "offsetof(struct " + struct + ", " + field.getKey() + ")",
                field -> (long) field.getValue()));
  }

  @Test
  void files() throws IOException {
    assertC(constants(Files.class, Set.of("O_", "AT_", "F_")));
  }

  @Test
  void memory() throws IOException {
    assertC(constants(Memory.class, Set.of("PROT_", "MAP_", "MFD_", "F_", "TMPFS_", "SEEK_")));
  }

  @Test
  void events() throws IOException {
    Map<String, Long> expected = constants(Events.class, Set.of("EPOLL", "EFD_"));
    expected.put("sizeof(struct epoll_event)", value("EVENT_SIZE"));
    expected.put("offsetof(struct epoll_event, data)", value("EVENT_DATA"));
    assertC(expected);
  }

  private static long value(String name) {
    try {
      return value(Events.class.getDeclaredField(name));
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sockets() throws IOException {
    Map<String, Long> expected = constants(Sockets.class, Set.of("AF_", "SO_", "SOL_", "SOCK_"));
    expected.putAll(constants(Messages.class, Set.of("SOL_", "SCM_", "MSG_")));
    // These two are offsets of ours, not flags.
    expected.keySet().removeAll(Set.of("MSG_IOV", "MSG_IOVLEN", "MSG_CONTROL", "MSG_CONTROLLEN"));
    expected.remove("MSG_FLAGS");
    expected.put("sizeof(((struct sockaddr_un *) 0)->sun_path)", Sockets.PATH_MAX + 1L);
    expected.put("offsetof(struct sockaddr_un, sun_path)", 2L);
    expected.put("sizeof(struct msghdr)", 56L);
    expected.putAll(
        offsets(
            "msghdr",
            Map.of(
                "msg_iov", 16,
                "msg_iovlen", 24,
                "msg_control", 32,
                "msg_controllen", 40,
                "msg_flags", 48)));
    expected.put("sizeof(struct cmsghdr)", 16L);
    expected.putAll(offsets("cmsghdr", Map.of("cmsg_len", 0, "cmsg_level", 8, "cmsg_type", 12)));
    assertC(expected);
  }

  @Test
  void children() throws IOException {
    Map<String, Long> expected = constants(Children.class, Set.of("P_", "W", "CLD_"));
    expected.remove("WAITID");
    expected.put("sizeof(siginfo_t)", (long) Children.SIGINFO_SIZE);
    expected.put("offsetof(siginfo_t, si_code)", (long) Children.SI_CODE);
    expected.put("offsetof(siginfo_t, si_pid)", (long) Children.SI_PID);
    expected.put("offsetof(siginfo_t, si_status)", (long) Children.SI_STATUS);
    assertC(expected);
  }

  @Test
  void vfio() throws IOException {
    Map<String, Long> expected = constants(Vfio.class, Set.of("VFIO_"));
    for (String name : Set.of("BAR0_REGION", "CONFIG_REGION", "MSIX_IRQ")) { // an enum's
      Long value = expected.remove("VFIO_PCI_" + name + "_INDEX");
      expected.put("(int) VFIO_PCI_" + name + "_INDEX", value);
    }
    expected.remove("VFIO_TYPE1_V2_IOMMU");
    expected.put("(int) VFIO_TYPE1v2_IOMMU", (long) Vfio.VFIO_TYPE1_V2_IOMMU);
    expected.put("sizeof(struct vfio_region_info)", (long) Vfio.REGION_INFO_SIZE);
    expected.putAll(
        offsets("vfio_region_info", Map.of("flags", 4, "index", 8, "size", 16, "offset", 24)));
    expected.put("sizeof(struct vfio_irq_info)", 16L);
    expected.putAll(offsets("vfio_irq_info", Map.of("index", 8, "count", 12)));
    expected.putAll(
        offsets("vfio_irq_set", Map.of("flags", 4, "index", 8, "count", 16, "data", 20)));
    expected.put("sizeof(struct vfio_iommu_type1_dma_map)", 32L);
    expected.putAll(
        offsets(
            "vfio_iommu_type1_dma_map", Map.of("flags", 4, "vaddr", 8, "iova", 16, "size", 24)));
    expected.put("sizeof(struct vfio_iommu_type1_dma_unmap)", 24L);
    expected.putAll(offsets("vfio_iommu_type1_dma_unmap", Map.of("iova", 8, "size", 16)));
    expected.putAll(offsets("vfio_iommu_type1_info", Map.of("flags", 4, "cap_offset", 16)));
    expected.putAll(offsets("vfio_info_cap_header", Map.of("id", 0, "next", 4)));
    expected.putAll(
        offsets("vfio_iommu_type1_info_cap_iova_range", Map.of("nr_iovas", 8, "iova_ranges", 16)));
    assertC(expected);
  }

  @Test
  void futex() throws IOException {
    Map<String, Long> expected = constants(Futex.class, Set.of("FUTEX_W", "FUTEX2_"));
    expected.put("sizeof(struct futex_waitv)", (long) Futex.WAITV_SIZE);
    expected.putAll(
        offsets("futex_waitv", Map.of("val", 0, "uaddr", 8, "flags", 16, "__reserved", 20)));
    assertC(expected);
  }

  @Test
  void openHow() throws IOException {
    Map<String, Long> expected = constants(OpenHow.class, Set.of("RESOLVE_"));
    expected.put("sizeof(struct open_how)", (long) OpenHow.SIZE);
    expected.putAll(offsets("open_how", Map.of("flags", 0, "mode", 8, "resolve", 16)));
    assertC(expected);
  }

  @Test
  void statx() throws IOException {
    Map<String, Long> expected = constants(Statx.class, Set.of("STATX_", "S_IF", "AT_"));
    expected.put("sizeof(struct statx)", (long) Statx.SIZE);
    expected.putAll(
        offsets(
            "statx",
            Map.of(
                "stx_mask", Statx.MASK,
                "stx_blksize", Statx.BLKSIZE,
                "stx_nlink", Statx.NLINK,
                "stx_uid", Statx.UID,
                "stx_gid", Statx.GID,
                "stx_mode", Statx.MODE,
                "stx_ino", Statx.INO,
                "stx_size", Statx.SIZE_BYTES,
                "stx_blocks", Statx.BLOCKS)));
    expected.putAll(
        offsets(
            "statx",
            Map.of("stx_mtime.tv_sec", Statx.MTIME_SEC, "stx_mtime.tv_nsec", Statx.MTIME_NSEC)));
    assertC(expected);
  }

  @Test
  void uringParams() throws IOException {
    Map<String, Long> expected = constants(UringParams.class, Set.of("IORING_"));
    expected.put("sizeof(struct io_uring_params)", (long) UringParams.SIZE);
    expected.putAll(
        offsets(
            "io_uring_params",
            Map.of(
                "sq_entries", UringParams.SQ_ENTRIES,
                "cq_entries", UringParams.CQ_ENTRIES,
                "flags", UringParams.FLAGS,
                "sq_thread_cpu", UringParams.SQ_THREAD_CPU,
                "sq_thread_idle", UringParams.SQ_THREAD_IDLE,
                "features", UringParams.FEATURES,
                "wq_fd", UringParams.WQ_FD)));
    expected.putAll(
        offsets(
            "io_uring_params",
            Map.of(
                "sq_off.head", UringParams.SQ_HEAD,
                "sq_off.tail", UringParams.SQ_TAIL,
                "sq_off.ring_mask", UringParams.SQ_MASK,
                "sq_off.flags", UringParams.SQ_FLAGS,
                "sq_off.dropped", UringParams.SQ_DROPPED,
                "sq_off.array", UringParams.SQ_ARRAY)));
    expected.putAll(
        offsets(
            "io_uring_params",
            Map.of(
                "cq_off.head", UringParams.CQ_HEAD,
                "cq_off.tail", UringParams.CQ_TAIL,
                "cq_off.overflow", UringParams.CQ_OVERFLOW,
                "cq_off.cqes", UringParams.CQ_CQES)));
    assertC(expected);
  }

  @Test
  void numbersOfSystemCalls() throws IOException {
    Map<String, Long> expected =
        constants(Syscall.class, Set.of("")).entrySet().stream()
            .collect(
                Collectors.toMap(
                    call -> "SYS_" + call.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    assertC(expected);
  }
}
