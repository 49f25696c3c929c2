// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What URLs of {@code nvme:} name, and what can be read there. */
@Timeout(60)
class NvmeUrlTest {
  private static final List<String> SERIALS = List.of("S1", "S2/a", "0042", "S1", "", "99999");

  @TempDir Path temporary;

  private static NvmePath parse(String path) {
    return NvmePath.parse(path, SERIALS);
  }

  private static NvmePath at(int controller, int nsid) {
    return new NvmePath(0, controller, nsid, false);
  }

  @Test
  void numbersAndSerialsNameControllers() {
    for (String all : List.of("", "/", "//")) {
      assertEquals(at(-1, 0), parse(all), all);
    }
    assertEquals(at(0, 1), parse("0/1"));
    assertEquals(at(0, 1), parse("/0/1"));
    assertEquals(at(3, 0), parse("/3/"));
    assertEquals(at(1, 7), parse("/S2/a/7"));
    assertEquals(at(1, 0), parse("/S2/a"));
    assertEquals(at(5, 2), parse("/99999/2"), "five digits are no controller's number");
    assertEquals(at(2, 0xFFFF_FFFE), parse("2/4294967294"));
    assertEquals(new NvmePath(0, -1, 0, true), parse("/info"));
    assertEquals(new NvmePath(0, 1, 7, true), parse("/S2/a/7/info"));
    assertEquals(new NvmePath(0, 0, 0, true), parse("0/info"));
  }

  @Test
  void whatNamesNothingSaysSo() {
    assertEquals(Errno.ENOTUNIQ, parse("/S1/1").errno());
    for (String path :
        List.of("S2", "S2/b", "42", "6", "-1", "0/0", "0/x", "0/1/2", "0/-1", "0//1", "0/1x")) {
      assertEquals(Errno.ENOENT, parse(path).errno(), path);
    }
    assertEquals(Errno.ENOENT, parse("0/4294967296").errno());
    assertEquals(Errno.ENOENT, parse("0/99999999999").errno());
  }

  @Test
  void listsAndFactsCanBeRead() throws IOException {
    ModelBuilder two =
        NvmeBed.memory(1 << 20, 512).namespace(new FixedBacking(Backing.memory(1 << 16)), 4096);
    try (NvmeBed bed = new NvmeBed(temporary, two, 1)) {
      String line = "0\tANNULUS0001\tAnnulus model controller\t0.1\t1.4.0\t2\trunning\n";
      assertEquals(line, bed.text("nvme:/").split("(?<=\n)", 2)[1]);
      String[] namespaces = bed.text("nvme:/ANNULUS0001").split("\n");
      assertTrue(namespaces[0].startsWith("#namespace\tblock_size\t"), namespaces[0]);
      assertEquals("1\t512\t2048\t2048\t0\trw\tusable", namespaces[1]);
      assertEquals("2\t4096\t16\t16\t0\tro\tusable", namespaces[2]);
      String facts = bed.text("nvme:/0/2/info");
      for (String fact :
          List.of(
              "\"serial\": \"ANNULUS0001\"",
              "\"model\": \"Annulus model controller\"",
              "\"namespace\": 2,",
              "\"block_size\": 4096,",
              "\"size\": 65536,",
              "\"capacity\": 65536,",
              "\"metadata\": 0,",
              "\"read_only\": true}")) {
        assertTrue(facts.contains(fact), () -> fact + " in " + facts);
      }
      assertTrue(bed.text("nvme:/info").contains("\"namespaces\": [{\"namespace\": 1,"));
      assertEquals(Errno.EROFS, NvmeBed.refused(bed.client, "nvme:/", Client.O_RDWR));
      assertEquals(Errno.ENOENT, NvmeBed.refused(bed.client, "nvme:/0/3/info", Client.O_RDONLY));
    }
  }
}
