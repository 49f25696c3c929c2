// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.uring.UringProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What doctor says of other machines than this one. */
class SurroundingsTest {
  @TempDir Path root;

  private static UringProbe probe(String kernel, int disabled, long memlock, List<String> flags) {
    List<String> none = List.of();
    return new UringProbe(
        kernel, true, "", none, flags, none, none, none, "", disabled, false, true, memlock);
  }

  private Map<String, Finding> findings(UringProbe probe) {
    return new Surroundings(probe, root)
        .all().stream().collect(Collectors.toMap(Finding::name, Function.identity()));
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  @Test
  void aPoorMachineIsToldWhatToChange() throws IOException {
    write("proc/sys/vm/max_map_count", "1000");
    Map<String, Finding> all = findings(probe("6.6.1-x", 1, 8192, List.of()));
    assertTrue(all.get("locked memory").change().contains("ulimit -l"), all::toString);
    assertTrue(all.get("io_uring_group").change().contains("join this group"), all::toString);
    assertTrue(all.get("mappings").change().contains("vm.max_map_count"), all::toString);
    assertEquals("no /dev/kvm", all.get("KVM").value());
    assertTrue(all.get("VFIO").change().contains("vfio-pci"), all::toString);
    assertTrue(all.get("IOMMU").change().contains("iommu=on"), all::toString);
  }

  @Test
  void aGoodOneIsLeftInPeace() throws IOException {
    write("proc/sys/vm/max_map_count", "65530");
    write("proc/sys/kernel/io_uring_group", "-1");
    write("proc/sys/vm/nr_hugepages", "12");
    write("dev/kvm", "");
    write("dev/vfio/vfio", "");
    write("sys/kernel/iommu_groups/0/type", "DMA");
    Map<String, Finding> all = findings(probe("6.18.2", 0, -1, List.of()));
    for (String name :
        List.of("locked memory", "io_uring_group", "mappings", "KVM", "VFIO", "IOMMU")) {
      assertEquals("", all.get(name).change(), name);
    }
    assertEquals("1 groups", all.get("IOMMU").value());
    assertTrue(all.get("huge pages").value().contains("12 reserved"), all::toString);
    assertTrue(all.get("huge pages").value().startsWith("not needed"), all::toString);
    assertTrue(all.get("PAGEMAP_SCAN").value().contains("hosts do without"), all::toString);
    assertTrue(all.get("userfaultfd").value().contains("hosts do without"), all::toString);
    assertTrue(all.get("ring workers").value().contains("at most 256"), all::toString);
  }

  /** Programs read them from {@code --json}. */
  @Test
  void theNamesStay() {
    assertEquals(
        List.of(
            "locked memory",
            "open files",
            "io_uring_group",
            "ring workers",
            "mappings",
            "huge pages",
            "membarrier",
            "PAGEMAP_SCAN",
            "userfaultfd",
            "KVM",
            "VFIO",
            "IOMMU"),
        new Surroundings(probe("6.18.2", 0, -1, List.of()), root)
            .all().stream().map(Finding::name).toList());
  }

  @Test
  void eachFlagThatIsNotADefaultSaysWhy() {
    List<Finding> flags = RingFlags.of(probe("6.18.2", 0, -1, List.of("COOP_TASKRUN")));
    Finding cooperative =
        flags.stream().filter(flag -> flag.name().equals("COOP_TASKRUN")).findFirst().orElseThrow();
    assertTrue(cooperative.value().contains("DEFER_TASKRUN goes further"), flags::toString);
  }

  @Test
  void eachDefaultFlagHasItsReason() {
    List<Finding> flags = RingFlags.of(probe("6.18.2", 0, -1, List.of("CQSIZE")));
    assertEquals("CQSIZE", flags.getFirst().name());
    assertTrue(flags.getFirst().toString().startsWith("used: "), flags::toString);
    assertTrue(flags.getLast().change().contains("newer kernel"), flags::toString);
  }
}
