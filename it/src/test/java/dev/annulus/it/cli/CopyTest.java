// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cp}, {@code cat} and {@code stat} where all goes well. */
class CopyTest {
  private static final byte[] CONTENT = new byte[3_000_001];

  @TempDir static Path temporary;
  private static ServedHost host;

  @BeforeAll
  static void serve() throws Exception {
    new Random(7).nextBytes(CONTENT);
    host = ServedHost.start(temporary, "--nvme", temporary.resolve("disk") + ":16M");
    Files.write(host.root.resolve("a.bin"), CONTENT);
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  private static byte[] file(String name) throws Exception {
    return Files.readAllBytes(host.root.resolve(name));
  }

  @Test
  void aFileIsCopiedOverALongerOne() throws Exception {
    Files.write(host.root.resolve("b.bin"), new byte[CONTENT.length + 12345]);
    Result result = host.clientToEnd("cp", "file:/a.bin", "file:/b.bin").succeeded();
    assertTrue(
        result.out().startsWith("file:/a.bin -> file:/b.bin: 3,000,001 bytes"), result.out());
    assertArrayEquals(CONTENT, file("b.bin"));
  }

  @Test
  void aNewFileHasThePermissionsOfTheOld() throws Exception {
    Files.setPosixFilePermissions(
        Files.writeString(host.root.resolve("script"), "x"),
        PosixFilePermissions.fromString("rwx------"));
    host.clientToEnd("cp", "file:/script", "file:/script2").succeeded();
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(host.root.resolve("script2"))));
  }

  @Test
  void aDeviceIsFilledUpAndReadBack() throws Exception {
    Result there = host.clientToEnd("cp", "file:/a.bin", "nvme:0/1").succeeded();
    assertTrue(there.out().contains("2,367 zero bytes were written"), there.out());
    host.clientToEnd("cp", "nvme:0/1", "file:/c.bin", "--bytes", "3000001").succeeded();
    assertArrayEquals(CONTENT, file("c.bin"));
    byte[] disk = Files.readAllBytes(temporary.resolve("disk"));
    assertEquals(16 << 20, disk.length);
    assertArrayEquals(new byte[2367], Arrays.copyOfRange(disk, 3_000_001, 3_002_368));
  }

  @Test
  void anEmptyFileIsCopied() throws Exception {
    Files.write(host.root.resolve("empty"), new byte[0]);
    host.clientToEnd("cp", "file:/empty", "file:/empty2").succeeded();
    assertEquals(0, file("empty2").length);
    host.clientToEnd("cp", "null:", "file:/empty3").succeeded();
    assertEquals(0, file("empty3").length);
  }

  @Test
  void smallBlocksAndDepthOneDoToo() throws Exception {
    host.clientToEnd("cp", "file:/a.bin", "file:/d.bin", "--depth", "1", "--block-size", "100003")
        .succeeded();
    assertArrayEquals(CONTENT, file("d.bin"));
  }

  @Test
  void jsonIsAllThatIsPrinted() throws Exception {
    Result result = host.clientToEnd("cp", "file:/a.bin", "null:", "--json").succeeded();
    assertTrue(result.out().startsWith("{") && result.out().strip().endsWith("}"), result.out());
    assertTrue(result.out().contains("\"bytes\" : 3000001"), result.out());
  }

  @Test
  void catWritesTheBytesInOrder() throws Exception {
    Files.write(host.root.resolve("text"), "0123456789\n".repeat(50_000).getBytes());
    Result all = host.clientToEnd("cat", "file:/text", "--block-size", "4K").succeeded();
    assertEquals("0123456789\n".repeat(50_000), all.out());
    Result some = host.clientToEnd("cat", "file:/text", "--bytes", "12").succeeded();
    assertEquals("0123456789\n0", some.out());
  }

  @Test
  void catEndsQuietlyWhenNobodyReadsOn() throws Exception {
    Files.write(host.root.resolve("long"), new byte[20_000_000]);
    List<String> cat = Program.annulus(List.of("cat", "file:/long", "--socket", host.socket));
    List<String> shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" | head -c 10 | wc -c", "sh"));
    shell.addAll(cat);
    try (Run run = Run.start(shell)) {
      assertEquals("10", run.end().succeeded().out().strip());
    }
  }

  @Test
  void theHostsCountersCanBeRead() throws Exception {
    Result counters = host.clientToEnd("cat", "sys:counters").succeeded();
    assertTrue(counters.out().contains("\"state_bytes_an_operation\": 32"), counters.out());
  }

  @Test
  void statTellsWhatAUrlIs() throws Exception {
    Result device = host.clientToEnd("stat", "nvme:0/1", "--json").succeeded();
    assertTrue(device.out().contains("\"type\" : \"block device\""), device.out());
    assertTrue(device.out().contains("\"size\" : 16777216"), device.out());
    Result file = host.clientToEnd("stat", "file:/a.bin").succeeded();
    assertTrue(file.out().contains("3000001"), file.out());
    assertTrue(host.clientToEnd("stat", "file:/").succeeded().out().contains("directory"));
  }

  @Test
  void devicesAreListedAndTellWhatTheyAre() throws Exception {
    String list = host.clientToEnd("cat", "nvme:/").succeeded().out();
    assertTrue(list.contains("\n0\tANNULUS0001\tAnnulus model controller\t"), list);
    String namespaces = host.clientToEnd("cat", "nvme:/0").succeeded().out();
    assertTrue(namespaces.contains("\n1\t4096\t4096\t4096\t0\trw\tusable\n"), namespaces);
    String device = host.clientToEnd("stat", "nvme:/ANNULUS0001/1").succeeded().out();
    for (String line :
        List.of(
            "type:         block device",
            "size:         16777216 (16.0 MiB)",
            "block size:   4096",
            "capacity:     16777216",
            "metadata:     0",
            "read only:    false",
            "model:        Annulus model controller",
            "serial:       ANNULUS0001")) {
      assertTrue(device.contains(line + "\n"), () -> line + " in " + device);
    }
    String controller = host.clientToEnd("stat", "nvme:/0", "--json").succeeded().out();
    assertTrue(controller.contains("\"state\" : \"running\""), controller);
  }

  @Test
  void aReadOnlyHostIsReadOnly() throws Exception {
    Path below = Files.createDirectory(temporary.resolve("read-only"));
    try (ServedHost readOnly = ServedHost.start(below, "--read-only")) {
      Files.writeString(readOnly.root.resolve("f"), "x");
      assertEquals("x", readOnly.clientToEnd("cat", "file:/f").succeeded().out());
      readOnly
          .clientToEnd("cp", "file:/f", "file:/g")
          .failed(5, "EROFS", "the host serves it for reading only");
      assertFalse(Files.exists(readOnly.root.resolve("g")));
    }
  }
}
