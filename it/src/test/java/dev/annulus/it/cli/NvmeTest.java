// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code annulus nvme} as a process: what it prints where, and how it ends. */
class NvmeTest {
  private static final int BLOCKS = 16;
  private static final int BLOCK = 4096;

  @TempDir Path temporary;
  private Path disk;
  private String device;
  private byte[] before;

  @BeforeEach
  void makeDisk() throws Exception {
    before = "0123456789abcde\n".repeat(BLOCKS * BLOCK / 16).getBytes(StandardCharsets.US_ASCII);
    disk = Files.write(temporary.resolve("disk"), before);
    device = "model:" + disk;
    Files.write(temporary.resolve("block"), new byte[BLOCK]);
    Files.write(temporary.resolve("odd"), new byte[100]);
  }

  private Result nvme(String... arguments) throws Exception {
    String[] all =
        Stream.concat(Stream.of("nvme"), Stream.of(arguments))
            .map(argument -> argument.replace("DEVICE", device))
            .map(argument -> argument.replace("DIR", temporary.toString()))
            .toArray(String[]::new);
    return Run.annulusToEnd(all);
  }

  @Test
  void aReadGoesToStandardOutput() throws Exception {
    Result read = nvme("read", "DEVICE", "--offset", "8K", "--bytes", "4K").succeeded();
    assertEquals(new String(before, 2 * BLOCK, BLOCK, StandardCharsets.US_ASCII), read.out());
  }

  @Test
  void aWriteIsInTheFileWhenTheProcessEnds() throws Exception {
    nvme("write", "DEVICE", "--start", "3", "--from", "DIR/block", "--force").succeeded();
    byte[] expected = before.clone();
    Arrays.fill(expected, 3 * BLOCK, 4 * BLOCK, (byte) 0);
    assertArrayEquals(expected, Files.readAllBytes(disk));
  }

  @Test
  void resultsAreForProgramsToo() throws Exception {
    String id = nvme("id", "DEVICE", "--json").succeeded().out();
    assertTrue(id.startsWith("{") && id.contains("\"mn\" : \"Annulus model controller\""), id);
    String list = nvme("list", "DEVICE", "--json").succeeded().out();
    assertTrue(list.contains("\"PhysicalSize\" : " + BLOCKS * BLOCK), list);
    String bench = nvme("bench", "DEVICE", "--seconds", "0.2", "--json").succeeded().out();
    assertTrue(bench.contains("\"doorbells_per_op\""), bench);
  }

  @Test
  void whoReadsEnoughOfALongReadEndsIt() throws Exception {
    List<String> command = Program.annulus(List.of("nvme", "read", "model::64M"));
    String line = "'" + String.join("' '", command) + "' | head -c 100 > /dev/null";
    try (Run run = Run.start(List.of("bash", "-o", "pipefail", "-c", line))) {
      Result end = run.end();
      assertEquals(9, end.status(), end::toString);
      assertEquals("", end.err());
    }
  }

  private static Arguments bad(int status, String part, String... command) {
    return Arguments.of(status, part, List.of(command));
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        bad(2, "model:FILE[:SIZE], vfio:PCI-ADDRESS or qemu:FILE", "id", "nope:0"),
        bad(2, "Did you mean model:disk.img ?", "id", "disk.img"),
        bad(2, "is no PCI address", "id", "vfio:nvme0"),
        bad(2, "no setting 'blocks'", "id", "DEVICE?blocks=512"),
        bad(2, "4096 bytes: 0 or 4096", "read", "DEVICE", "--offset", "100"),
        bad(2, "go over its end", "read", "DEVICE", "--blocks", "17"),
        bad(2, "behind its end", "read", "DEVICE", "--start", "16"),
        bad(2, "0 or 4096", "write", "DEVICE", "--from", "DIR/odd", "--force"),
        bad(2, "say a multiple", "bench", "DEVICE", "--block-size", "1000"),
        bad(2, "there are 0: 512 + 0 bytes", "format", "DEVICE", "-n1", "-l63", "--force"),
        bad(2, "no namespace management", "ns", "delete", "DEVICE", "-n", "1", "--force"),
        bad(2, "Unknown option: '--bogus'", "id", "DEVICE", "--bogus"),
        bad(2, "has no zones", "zones", "report", "DEVICE"),
        bad(4, "with :SIZE it is made", "id", "model:DIR/missing"),
        bad(4, "no such device on the PCI bus", "id", "vfio:ffff:ff:1f.7"),
        bad(4, "Those that can be used: 1", "read", "DEVICE", "-n", "7"),
        bad(4, "attached are [1]", "id", "DEVICE", "-n", "7"),
        bad(4, "no such file", "write", "DEVICE", "--from", "DIR/missing", "--force"),
        bad(2, "name a file", "id", "model:DIR"),
        bad(11, "say --force", "write", "DEVICE", "--from", "DIR/block"),
        bad(11, "say --force", "format", "DEVICE", "-n", "1"),
        bad(11, "say --force", "bench", "DEVICE", "--rw", "write"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void isToldWhy(int status, String part, List<String> command) throws Exception {
    Result result = nvme(command.toArray(String[]::new));
    assertEquals("", result.failed(status, part).out());
    assertArrayEquals(before, Files.readAllBytes(disk));
  }

  @Test
  void aHostServesWhatAUrlNames() throws Exception {
    try (ServedHost host = ServedHost.start(temporary, "--nvme", device)) {
      String out = host.clientToEnd("cat", "nvme:0/1", "--bytes", "4096").succeeded().out();
      assertEquals(new String(before, 0, BLOCK, StandardCharsets.US_ASCII), out);
    }
  }
}
