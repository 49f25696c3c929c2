// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel's driver says of a controller that it has. */
final class KernelDevice {
  private static final String NAMESPACE = "nvme\\d+(c\\d+)?n\\d+";
  private static final long SECTOR = 512;

  private KernelDevice() {}

  /** What it is called, such as nvme0; empty where the kernel's driver does not have it. */
  static String of(Path function) {
    List<Path> names = entries(function.resolve("nvme"), "nvme\\d+");
    return names.isEmpty() ? "" : names.getFirst().getFileName().toString();
  }

  /** Its namespaces; of how much is in use the kernel does not tell. */
  static List<Listed> namespaces(PciController controller) {
    Path device = controller.function().resolve("nvme").resolve(controller.kernel());
    List<Listed> all = new ArrayList<>();
    for (Path namespace : entries(device, NAMESPACE)) {
      long bytes = number(namespace.resolve("size")) * SECTOR;
      String name = namespace.getFileName().toString();
      long nsid = number(namespace.resolve("nsid"));
      all.add(
          new Listed(
              "/dev/" + name.replaceFirst("c\\d+", ""),
              nsid == 0 ? Long.parseLong(name.replaceFirst(".*n", "")) : nsid,
              PciController.text(device.resolve("serial")),
              PciController.text(device.resolve("model")),
              PciController.text(device.resolve("firmware_rev")),
              Listed.UNKNOWN,
              bytes,
              (int) number(namespace.resolve("queue/logical_block_size")),
              0));
    }
    return all;
  }

  private static List<Path> entries(Path directory, String pattern) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long number(Path file) {
    String text = PciController.text(file);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
