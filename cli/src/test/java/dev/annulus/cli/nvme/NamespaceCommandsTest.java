// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Backing;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code ns} and {@code format}. */
class NamespaceCommandsTest {
  private final TestBacking backing = new TestBacking(1 << 20);
  private final Typed typed =
      new Typed(
          ModelController.builder()
              .namespace(backing, 512)
              .management(4 << 20, Backing::memory)
              .build());

  @AfterEach
  void close() {
    typed.close();
  }

  private JsonNode list() throws Exception {
    return typed.json("ns", "list", "model:kept", "--json").path("nsid_list");
  }

  @Test
  void aNamespaceIsCreatedAttachedDetachedAndDeleted() throws Exception {
    String created = typed.done("ns", "create", "model:kept", "--blocks", "100", "--lbaf", "3");
    assertEquals("create-ns: Success, created nsid:2\n", created);
    assertEquals(100 * 4096, list().path(1).path("bytes").asLong());
    assertFalse(list().path(1).path("attached").asBoolean());
    typed.refused(ExitCode.NOT_FOUND, "can be used: 1", "read", "model:kept", "-n", "2");
    assertEquals(
        "attach-ns: Success, nsid:2\n", typed.done("ns", "attach", "model:kept", "-n", "2"));
    assertTrue(list().path(1).path("attached").asBoolean());
    typed.done("read", "model:kept", "-n", "2");
    assertEquals(100 * 4096, typed.data.size());
    typed.done("ns", "detach", "model:kept", "-n", "2", "-c", "1");
    assertFalse(list().path(1).path("attached").asBoolean());
    typed.done("ns", "delete", "model:kept", "-n", "2", "--force");
    assertEquals(1, list().size());
  }

  @Test
  void whatIsCreatedCanBeAttachedAtOnce() throws Exception {
    JsonNode made = typed.json("ns", "create", "model:kept", "-b", "8", "--attach", "--json");
    assertEquals(2, made.path("nsid").asInt());
    assertTrue(list().path(1).path("attached").asBoolean());
    assertTrue(typed.done("ns", "list", "model:kept").contains("0x2"));
  }

  @Test
  void withSeveralNamespacesOneIsNamed() {
    typed.done("ns", "create", "model:kept", "-b", "8", "--attach");
    typed.refused(ExitCode.USAGE, "name one namespace: -n 1, 2", "read", "model:kept");
  }

  @Test
  void aDeleteIsConfirmedFirst() throws Exception {
    String[] delete = {"ns", "delete", "model:kept", "-n", "1"};
    typed.refused(ExitCode.NOT_CONFIRMED, "say --force", delete);
    typed.answer("n").refused(ExitCode.NOT_CONFIRMED, "not confirmed", delete);
    assertEquals(1, list().size());
    typed.answer("y").done(delete);
    assertEquals(0, list().size());
    assertEquals("model:kept has no namespace\n", typed.done("ns", "list", "model:kept"));
    typed.refused(ExitCode.NOT_FOUND, "allocated are []", delete);
    typed.refused(ExitCode.NOT_FOUND, "has no namespace", "read", "model:kept");
    typed.refused(ExitCode.NOT_FOUND, "has no namespace", "format", "model:kept", "--all");
  }

  @Test
  void moreThanThereIsIsTheControllersToRefuse() {
    NvmeException told =
        typed.failed(NvmeException.class, "ns", "create", "model:kept", "-b", "1000000");
    assertTrue(told.getMessage().contains("Insufficient Capacity (SCT 1h"), told::getMessage);
    typed.failed(NvmeException.class, "ns", "attach", "model:kept", "-n", "1");
    typed.failed(NvmeException.class, "ns", "attach", "model:kept", "-n", "9");
    typed.wrong("1 or more", "ns", "create", "model:kept", "-b", "0");
  }

  @Test
  void aControllerWithoutManagementSaysSo() {
    try (Typed plain =
        new Typed(ModelController.builder().namespace(Backing.memory(4096), 512).build())) {
      String part = "no namespace management";
      plain.refused(ExitCode.USAGE, part, "ns", "create", "model:kept", "-b", "8");
      plain.refused(ExitCode.USAGE, part, "ns", "delete", "model:kept", "-n", "1", "--force");
      plain.refused(ExitCode.USAGE, part, "ns", "attach", "model:kept", "-n", "1");
      plain.refused(ExitCode.USAGE, part, "ns", "detach", "model:kept", "-n", "1");
      assertTrue(plain.done("ns", "list", "model:kept").contains("0x1"));
    }
  }

  @Test
  void aFormatChangesTheBlocks() throws Exception {
    String done = typed.done("format", "model:kept", "-n", "1", "-b", "4096", "--force");
    assertEquals("Success formatting namespace:1\n", done);
    assertEquals(4096, list().path(0).path("block_size").asInt());
    JsonNode json = typed.json("format", "model:kept", "--all", "-l", "0", "--force", "--json");
    assertEquals(512, json.path("block_size").asInt());
    assertEquals(512, list().path(0).path("block_size").asInt());
  }

  @Test
  void aFormatIsConfirmedFirst() throws Exception {
    String[] format = {"format", "model:kept", "-n", "1", "--block-size", "4096"};
    typed.refused(ExitCode.NOT_CONFIRMED, "destroys all that is there", format);
    typed.answer("").refused(ExitCode.NOT_CONFIRMED, "not confirmed", format);
    assertEquals(512, list().path(0).path("block_size").asInt());
    assertEquals(0, backing.writes);
    typed.answer("model:kept").done(format);
    assertEquals(4096, list().path(0).path("block_size").asInt());
  }

  @Test
  void formatsThatAreNotThereAreRefused() {
    typed.refused(
        ExitCode.USAGE,
        "no such format; there are 0: 512 + 0 bytes",
        "format",
        "model:kept",
        "-n",
        "1",
        "-l",
        "63",
        "--force");
    typed.refused(
        ExitCode.USAGE,
        "no such format",
        "format",
        "model:kept",
        "-n",
        "1",
        "-b",
        "777",
        "--force");
    typed.refused(
        ExitCode.NOT_FOUND, "attached are [1]", "format", "model:kept", "-n", "5", "--force");
    typed.wrong("say which namespace", "format", "model:kept", "--force");
    typed.wrong("say which namespace", "format", "model:kept", "--all", "-n", "1", "--force");
    typed.wrong("say one of them", "format", "model:kept", "-n", "1", "-l", "0", "-b", "512");
    typed.wrong("--ses 3", "format", "model:kept", "-n", "1", "-s", "3", "--force");
    typed.wrong("--pi is 0 to 3", "format", "model:kept", "-n", "1", "-i", "4", "--force");
    assertEquals(0, backing.writes);
  }
}
