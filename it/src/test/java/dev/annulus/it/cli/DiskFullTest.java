// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full, made of memory; mounting it needs root. */
class DiskFullTest {
  private static final int MIB = 1 << 20;

  @TempDir Path temporary;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
        "only root can mount a small disk");
    disk = Files.createDirectory(temporary.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "annulus-it", disk.toString()) == 0;
    assumeTrue(mounted, "this machine lets not even root mount a tmpfs");
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertEquals(0, run("umount", disk.toString()), "umount");
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void aCopyThatDoesNotFitSaysWhatIsThere() throws Exception {
    try (ServedHost host = ServedHost.start(temporary)) {
      Path inside = Files.createDirectory(host.root.resolve("small"));
      Files.write(host.root.resolve("big"), new byte[8 * MIB]);
      assertEquals(0, run("mount", "--bind", disk.toString(), inside.toString()));
      try {
        host.clientToEnd("cp", "file:/big", "file:/small/copy")
            .failed(
                6,
                "write file:/small/copy",
                "ENOSPC (No space left on device)",
                "file:/small/copy is incomplete: ",
                " of 8,388,608 bytes");
        Files.delete(inside.resolve("copy"));
        Files.write(host.root.resolve("little"), new byte[MIB]);
        host.clientToEnd("cp", "file:/little", "file:/small/copy").succeeded();
      } finally {
        assertEquals(0, run("umount", inside.toString()), "umount");
      }
    }
  }

  @Test
  void aDeviceWhoseDiskIsFullIsNoSilence() throws Exception {
    String device = disk.resolve("nvme") + ":64M";
    try (ServedHost host = ServedHost.start(temporary, "--nvme", device)) {
      Files.write(host.root.resolve("big"), new byte[8 * MIB]);
      Result result = host.clientToEnd("cp", "file:/big", "nvme:0/1");
      result.failed(6, "write nvme:0/1", "ENOSPC", "nvme:0/1 is incomplete: ");
      host.clientToEnd("stat", "nvme:0/1").succeeded();
    }
  }

  @Test
  void quickstartSaysHowMuchIsMissingBeforeItStarts() throws Exception {
    Path file = Files.write(temporary.resolve("file"), new byte[4 * MIB]);
    Run.annulusToEnd("quickstart", file.toString(), "--dir", disk.toString())
        .failed(6, "needs 9.0 MiB in " + disk.toRealPath(), "4.0 MiB", "5.0 MiB are missing");
    try (Stream<Path> left = Files.list(disk)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
