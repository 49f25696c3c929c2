// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code annulus nvme} on another's controller, that of QEMU. */
class NvmeQemuTest {
  private static final int BYTES = 300 * 512;

  @TempDir Path temporary;

  @BeforeAll
  static void required() {
    for (String tool : List.of("qemu-system-x86_64", "setpriv")) {
      boolean there =
          Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
              .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
      assumeTrue(there, "needs " + tool + ": apt-get install qemu-system-x86 util-linux");
    }
  }

  private Result nvme(String... arguments) throws Exception {
    return Run.annulusToEnd(
        Stream.concat(Stream.of("nvme"), Stream.of(arguments)).toArray(String[]::new));
  }

  @Test
  void itsControllerIsIdentifiedWrittenAndRead() throws Exception {
    byte[] bytes = new byte[BYTES];
    new Random(5).nextBytes(bytes);
    Path in = Files.write(temporary.resolve("in"), bytes);
    Path out = temporary.resolve("out");
    Path disk = temporary.resolve("disk");
    String device = "qemu:" + disk + ":4M";
    String id = nvme("id", device).succeeded().out();
    assertTrue(id.contains("mn        : QEMU NVMe Ctrl"), id);
    String list = nvme("list", device).succeeded().out();
    assertTrue(list.contains("512 B + 0 B"), list);
    nvme("write", device, "--start", "8", "--from", in.toString(), "--force").succeeded();
    nvme("read", device, "-s", "8", "-b", "300", "--to", out.toString()).succeeded();
    assertArrayEquals(bytes, Files.readAllBytes(out));
    byte[] raw = Files.readAllBytes(disk);
    assertArrayEquals(bytes, Arrays.copyOfRange(raw, 8 * 512, 8 * 512 + BYTES));
    nvme("write", device, "--start", "8", "--from", in.toString()).failed(11, "say --force");
    assertArrayEquals(raw, Files.readAllBytes(disk));
  }

  @Test
  void itsZonesAreReportedAndAppendedTo() throws Exception {
    Path in = Files.write(temporary.resolve("in"), new byte[4096]);
    String device = "qemu:" + temporary.resolve("disk") + ":4M?block-size=4096&zone-size=256K";
    String report = nvme("zones", "report", device).succeeded().out();
    assertTrue(report.startsWith("nr_zones: 16\n"), report);
    String done =
        nvme("zones", "append", device, "-z", "2", "--from", in.toString()).succeeded().out();
    assertTrue(done.contains("LBA 0x80"), done);
    nvme("zones", "reset", device, "--all").failed(11, "cannot be undone");
  }

  @Test
  void aProgramThatEndsAtOnceIsTold() throws Exception {
    nvme("id", "qemu:" + temporary.resolve("disk") + ":4M?zone-size=8M").failed(12, "zone");
    nvme("id", "qemu:" + temporary.resolve("none")).failed(4, "with :SIZE it is made");
  }
}
