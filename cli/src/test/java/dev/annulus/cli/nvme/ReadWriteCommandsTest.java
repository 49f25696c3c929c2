// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code read}, {@code write} and {@code flush}, and each way in which they are refused. */
class ReadWriteCommandsTest {
  private static final int BLOCK = 512;
  private static final int BLOCKS = 16_384;

  private final TestBacking backing = new TestBacking((long) BLOCKS * BLOCK);
  private final Typed typed =
      new Typed(ModelController.builder().namespace(backing, BLOCK).build());

  @TempDir Path temporary;

  @AfterEach
  void close() {
    typed.close();
  }

  private static byte[] random(int bytes) {
    byte[] all = new byte[bytes];
    new Random(7).nextBytes(all);
    return all;
  }

  private void assertNothingWritten() {
    assertEquals(0, backing.writes);
  }

  @Test
  void whatIsWrittenFromAFileIsReadIntoOne() throws Exception {
    // More than all chunks that are in flight at a time, and a last one that is not full.
    byte[] bytes = random(4_000_256);
    Path in = Files.write(temporary.resolve("in"), bytes);
    JsonNode written =
        typed.json(
            "write", "model:kept", "--start", "3", "--from", in.toString(), "--force", "--json");
    assertEquals(bytes.length / BLOCK, written.path("blocks").asInt());
    Path out = temporary.resolve("out");
    String length = Integer.toString(bytes.length);
    typed.done("read", "model:kept", "--offset", "1536", "--bytes", length, "--to", out.toString());
    assertArrayEquals(bytes, Files.readAllBytes(out));
    assertTrue(backing.flushes > 0);
  }

  @Test
  void standardStreamsAreTheOtherEndWhereNoFileIsNamed() {
    byte[] bytes = random(2 * BLOCK);
    typed.input(bytes).done("write", "model:kept", "--blocks", "2", "--force");
    assertEquals("", typed.done("read", "model:kept", "--blocks", "2"));
    assertArrayEquals(bytes, typed.data.toByteArray());
  }

  @Test
  void aReadWithoutALengthGoesToTheEnd() {
    typed.done("read", "model:kept", "--start", Integer.toString(BLOCKS - 3));
    assertEquals(3 * BLOCK, typed.data.size());
  }

  @Test
  void whatIsNotWholeBlocksIsRefused() throws Exception {
    typed.refused(
        ExitCode.USAGE, "have 512 bytes: 0 or 512", "read", "model:kept", "--offset", "100");
    typed.refused(
        ExitCode.USAGE, "512 or 1024", "write", "model:kept", "--bytes", "600", "--force");
    Path odd = Files.write(temporary.resolve("odd"), new byte[100]);
    typed.refused(
        ExitCode.USAGE, "0 or 512", "write", "model:kept", "--from", odd.toString(), "--force");
    assertNothingWritten();
  }

  @Test
  void whatTheNamespaceDoesNotHaveIsRefused() {
    typed.refused(ExitCode.USAGE, "behind its end", "read", "model:kept", "-s", "16384");
    typed.refused(
        ExitCode.USAGE, "go over its end", "read", "model:kept", "-s", "16383", "-b", "2");
    typed.refused(
        ExitCode.USAGE,
        "go over its end",
        "write",
        "model:kept",
        "-b",
        "9223372036854775807",
        "--force");
    typed.refused(ExitCode.NOT_FOUND, "can be used: 1", "read", "model:kept", "-n", "2");
    typed.refused(ExitCode.NOT_FOUND, "can be used: 1", "flush", "model:kept", "-n", "2");
    assertNothingWritten();
  }

  @Test
  void contradictionsAreRefused() throws Exception {
    typed.wrong("say one of them", "read", "model:kept", "--start", "1", "--offset", "512");
    typed.wrong("say one of them", "read", "model:kept", "--blocks", "1", "--bytes", "512");
    typed.wrong("at least 1", "read", "model:kept", "--blocks", "0");
    typed.wrong("at least 0", "read", "model:kept", "--start", "-1");
    typed.wrong("--json needs --to", "read", "model:kept", "--json");
    typed.wrong("say --blocks or --bytes", "write", "model:kept", "--force");
    Path empty = Files.createFile(temporary.resolve("empty"));
    typed.refused(
        ExitCode.USAGE, "is empty", "write", "model:kept", "--from", empty.toString(), "--force");
    assertNothingWritten();
  }

  @Test
  void aFileThatIsTooShortIsRefused() throws Exception {
    Path in = Files.write(temporary.resolve("in"), new byte[BLOCK]);
    typed.refused(
        ExitCode.USAGE,
        "512 bytes, and 1024 are to be written",
        "write",
        "model:kept",
        "--from",
        in.toString(),
        "--blocks",
        "2",
        "--force");
    assertNothingWritten();
  }

  @Test
  void aMissingFileIsRefused() {
    Path missing = temporary.resolve("missing");
    typed.failed(
        NoSuchFileException.class, "write", "model:kept", "--from", missing.toString(), "--force");
    assertNothingWritten();
  }

  @Test
  void inputThatEndsTooEarlyIsTold() {
    IOException told =
        typed
            .input(new byte[BLOCK])
            .failed(IOException.class, "write", "model:kept", "--blocks", "2", "--force");
    assertTrue(told.getMessage().contains("standard input ended"), told.getMessage());
  }

  @Test
  void withoutConsentNothingIsWritten() {
    String[] write = {"write", "model:kept", "--blocks", "1"};
    typed.input(random(BLOCK)).refused(ExitCode.NOT_CONFIRMED, "say --force", write);
    typed.answer("no").refused(ExitCode.NOT_CONFIRMED, "not confirmed", write);
    typed.answer("").refused(ExitCode.NOT_CONFIRMED, "not confirmed", write);
    assertNothingWritten();
    assertTrue(typed.question().contains("overwrites what is there. Type y or model:kept"));
    typed.answer("Y").done(write);
    assertEquals(1, backing.writes);
    typed.answer("model:kept").done(write);
    assertEquals(2, backing.writes);
  }

  @Test
  void aWriteProtectedNamespaceIsRefused() {
    backing.readOnly = true;
    typed.refused(
        ExitCode.DENIED, "write protected", "write", "model:kept", "--blocks", "1", "--force");
    typed.refused(
        ExitCode.DENIED, "write protected", "bench", "model:kept", "--rw", "write", "--force");
    assertNothingWritten();
  }

  @Test
  void whatTheDeviceCannotReadIsToldInWords() throws Exception {
    backing.unreadableFrom = 300L * BLOCK;
    NvmeException told = typed.failed(NvmeException.class, "read", "model:kept");
    assertTrue(
        told.getMessage().contains("Unrecovered Read Error (SCT 2h, SC 81h"), told::getMessage);
    assertTrue(told.getMessage().contains("from block 256 of namespace 1"), told::getMessage);
    // The log has it, below what was in flight behind it.
    JsonNode errors = errors();
    assertEquals(256, errors.path(errors.size() - 1).path("lba").asInt());
    assertTrue(errors.path(0).path("status").asString().contains("Unrecovered Read Error"));
    String log = typed.done("errors", "model:kept", "-e", "1");
    assertTrue(log.contains("entries:1") && log.contains("(Unrecovered Read Error"), log);
    // What came before has been handed over.
    assertEquals(256 * BLOCK, typed.data.size());
  }

  private JsonNode errors() throws IOException {
    return typed.json("errors", "model:kept", "--json").path("errors");
  }

  @Test
  void whatTheDeviceCannotWriteIsToldInWords() {
    backing.unwritable = true;
    NvmeException told =
        typed
            .input(new byte[BLOCK])
            .failed(NvmeException.class, "write", "model:kept", "--blocks", "1", "--force");
    assertTrue(told.getMessage().contains("Write Fault (SCT 2h, SC 80h"), told::getMessage);
  }

  @Test
  void aFlushReachesTheDevice() throws Exception {
    assertTrue(typed.done("flush", "model:kept").contains("success"));
    assertEquals(1, typed.json("flush", "model:kept", "--json").path("nsid").asInt());
    assertTrue(backing.flushes >= 2);
    assertFalse(backing.writes > 0);
  }
}
