// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code zones}: eight of them, of 2,048 blocks, 1,000 of which can be written. */
class ZonesCommandTest {
  private static final int BLOCK = 512;
  private static final int ZONE = 2048;

  @TempDir Path temporary;
  private Typed typed;

  @BeforeEach
  void open() throws IOException {
    typed =
        new Typed(
            ModelController.builder()
                .namespace(Backing.memory(8L * ZONE * BLOCK), BLOCK)
                .zoned(ZONE, 1000, 2, 3)
                .namespace(Backing.memory(1 << 20), BLOCK)
                .build());
  }

  @AfterEach
  void close() {
    typed.close();
  }

  private String state(int zone) throws Exception {
    return zone(zone).path("state").asString();
  }

  private JsonNode zone(int zone) throws Exception {
    String number = Integer.toString(zone);
    return typed
        .json("zones", "report", "model:kept", "-n", "1", "-z", number, "-d", "1", "--json")
        .path("zone_list")
        .path(0);
  }

  private String done(String action, String... more) {
    String[] all = new String[5 + more.length];
    System.arraycopy(new String[] {"zones", action, "model:kept", "-n", "1"}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return typed.done(all);
  }

  @Test
  void aReportHasTheNamesOfNvmeCli() throws Exception {
    String text = done("report");
    assertTrue(text.startsWith("nr_zones: 8\n"), text);
    assertTrue(text.contains("SLBA: 0x800      WP: 0x800      Cap: 0x3e8      State: EMPTY"), text);
    JsonNode zone = zone(2);
    assertEquals(2 * ZONE, zone.path("slba").asInt());
    assertEquals(1000, zone.path("cap").asInt());
    assertEquals("SEQWRITE_REQ", zone.path("type").asString());
  }

  private void append(int zone) {
    typed.input(new byte[BLOCK]);
    done("append", "-z", Integer.toString(zone), "--bytes", "512");
  }

  @Test
  void statesChangeAsTheyAreTold() throws Exception {
    append(1);
    // The end of a command is the end of its controller, which closes zones that are open.
    assertEquals("CLOSED", state(1));
    assertEquals("zns-open-zone: Success, the zone at block 2048\n", done("open", "-z", "1"));
    done("close", "--start", "2048");
    done("finish", "-z", "1", "--force");
    assertEquals("FULL", state(1));
    assertTrue(done("report", "-S", "full").startsWith("nr_zones: 1\n"));
    done("reset", "--all", "--force");
    assertEquals("EMPTY", state(1));
  }

  @Test
  void whatIsAppendedIsReadWhereItIsSaidToBe() throws Exception {
    // More than the pipe's buffer.
    byte[] bytes = new byte[300 * BLOCK];
    new Random(3).nextBytes(bytes);
    Path in = Files.write(temporary.resolve("in"), bytes);
    String done = done("append", "-z", "3", "--from", in.toString());
    assertEquals("Success appended data to LBA 0x1800\n", done);
    typed.input(new byte[BLOCK]);
    JsonNode second =
        typed.json(
            "zones", "append", "model:kept", "-n", "1", "-z", "3", "--bytes", "512", "--json");
    assertEquals(3 * ZONE + 300, second.path("first").asInt());
    assertEquals(3 * ZONE + 301, zone(3).path("wp").asInt());
    typed.done("read", "model:kept", "-n", "1", "-s", "6144", "-b", "300");
    assertArrayEquals(bytes, typed.data.toByteArray());
  }

  @Test
  void aWriteAtTheWritePointerIsInOrder() throws Exception {
    typed.input(new byte[1000 * BLOCK]);
    typed.done("write", "model:kept", "-n", "1", "-s", "2048", "-b", "1000", "--force");
    assertEquals("FULL", state(1));
    typed.input(new byte[BLOCK]);
    NvmeException told =
        typed.failed(
            NvmeException.class, "write", "model:kept", "-n", "1", "-s", "5", "-b", "1", "--force");
    assertTrue(told.getMessage().contains("write pointer"), told::getMessage);
  }

  @Test
  void aReadOfSeveralZonesIsCutAtTheirEnds() {
    typed.done("read", "model:kept", "-n", "1", "-s", "100", "-b", "5000");
    assertEquals(5000 * BLOCK, typed.data.size());
  }

  @Test
  void whatCannotBeUndoneIsConfirmedFirst() throws Exception {
    append(0);
    for (String action : new String[] {"reset", "finish"}) {
      String[] command = {"zones", action, "model:kept", "-n", "1", "-z", "0"};
      typed.answer("no").refused(ExitCode.NOT_CONFIRMED, "cannot be undone", command);
      assertEquals("CLOSED", state(0));
    }
    typed.answer("y").done("zones", "reset", "model:kept", "-n", "1", "-z", "0");
    assertEquals("EMPTY", state(0));
  }

  @Test
  void whatCannotBeIsRefused() {
    typed.refused(
        ExitCode.USAGE, "zones 0 to 7", "zones", "open", "model:kept", "-n", "1", "-z", "8");
    typed.refused(
        ExitCode.USAGE, "multiples of 2048", "zones", "open", "model:kept", "-n", "1", "-s", "7");
    typed.refused(ExitCode.USAGE, "namespace 2", "zones", "report", "model:kept", "-n", "2");
    typed.refused(
        ExitCode.NOT_FOUND, "can be used: 1, 2", "zones", "report", "model:kept", "-n", "3");
    typed.wrong("say which zone", "zones", "open", "model:kept", "-n", "1");
    typed.wrong("say which zone", "zones", "reset", "model:kept", "-n", "1", "-z", "0", "--all");
    typed.wrong("say one of them", "zones", "open", "model:kept", "-z", "0", "-s", "0");
    typed.wrong("--descs 0", "zones", "report", "model:kept", "-n", "1", "-d", "0");
    typed.wrong("say --bytes", "zones", "append", "model:kept", "-n", "1", "-z", "0");
    typed.refused(
        ExitCode.NO_SPACE,
        "room for 1000 blocks",
        "zones",
        "append",
        "model:kept",
        "-n",
        "1",
        "-z",
        "0",
        "--bytes",
        "512512");
    typed.refused(
        ExitCode.USAGE,
        "measure reads",
        "bench",
        "model:kept",
        "-n",
        "1",
        "--rw",
        "randwrite",
        "--force");
  }

  @Test
  void tooManyActiveZonesAreToldInWords() {
    append(0);
    append(1);
    append(2);
    NvmeException told =
        typed.failed(NvmeException.class, "zones", "open", "model:kept", "-n", "1", "-z", "3");
    String message = told.getMessage();
    assertTrue(message.contains("Too Many Active Zones (SCT 1h, SC bdh"), message);
    assertTrue(message.contains("finish or reset a zone"), message);
  }
}
