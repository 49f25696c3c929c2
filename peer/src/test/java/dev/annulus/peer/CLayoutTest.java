// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.CqWriter;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the C compiler makes of {@code annulus.h} is what we have in Java, in both directions. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CLayoutTest {
  @RegisterExtension static final CPrograms C = new CPrograms();

  private static Map<String, String> said() throws IOException {
    Map<String, String> said = new TreeMap<>();
    try (var program = C.start("layout")) {
      for (String line; (line = program.line()) != null; ) {
        int equals = line.indexOf('=');
        said.put(line.substring(0, equals), line.substring(equals + 1));
      }
      assertEquals(0, program.ended());
    }
    return said;
  }

  @Test
  void offsetsSizesAndNumbersAreOurs() throws IOException {
    Map<String, String> ours = new TreeMap<>();
    putEntries(ours);
    putOpcodes(ours);
    putFiles(ours);
    putMessages(ours);
    ours.put("message", HexFormat.of().formatHex(message()));
    assertEquals(String.join("\n", lines(ours)), String.join("\n", lines(said())));
  }

  private static Iterable<String> lines(Map<String, String> values) {
    return values.entrySet().stream().map(Map.Entry::toString).toList();
  }

  private static void put(Map<String, String> all, String name, long value) {
    all.put(name, Long.toString(value));
  }

  private static void putEntries(Map<String, String> all) {
    put(all, "sqe", SqEntry.SIZE);
    put(all, "sqe.opcode", SqEntry.OPCODE);
    put(all, "sqe.flags", SqEntry.FLAGS);
    put(all, "sqe.ioprio", SqEntry.IOPRIO);
    put(all, "sqe.fd", SqEntry.FD);
    put(all, "sqe.off", SqEntry.OFF);
    put(all, "sqe.addr", SqEntry.ADDR);
    put(all, "sqe.len", SqEntry.LEN);
    put(all, "sqe.op_flags", SqEntry.OP_FLAGS);
    put(all, "sqe.user_data", SqEntry.USER_DATA);
    put(all, "sqe.buf_index", SqEntry.BUF_INDEX);
    put(all, "sqe.personality", SqEntry.PERSONALITY);
    put(all, "sqe.file_index", SqEntry.FILE_INDEX);
    put(all, "sqe.addr3", SqEntry.ADDR3);
    put(all, "sqe.pad2", SqEntry.PAD2);
    put(all, "cqe", CqEntry.SIZE);
    put(all, "cqe.user_data", CqEntry.USER_DATA);
    put(all, "cqe.res", CqEntry.RES);
    put(all, "cqe.flags", CqEntry.FLAGS);
    put(all, "cqe32", CqEntry.EXTENDED_SIZE);
    put(all, "cqe32.user_data", CqEntry.USER_DATA);
    put(all, "cqe32.res", CqEntry.RES);
    put(all, "cqe32.flags", CqEntry.FLAGS);
    put(all, "cqe32.extra", CqEntry.EXTRA1);
    put(all, "CQE_32", CqEntry.IORING_CQE_F_32);
    put(all, "CQE_SKIP", CqEntry.IORING_CQE_F_SKIP);
  }

  private static void putOpcodes(Map<String, String> all) {
    put(all, "OP_NOP", Opcode.NOP);
    put(all, "OP_FSYNC", Opcode.FSYNC);
    put(all, "OP_ASYNC_CANCEL", Opcode.ASYNC_CANCEL);
    put(all, "OP_CLOSE", Opcode.CLOSE);
    put(all, "OP_STATX", Opcode.STATX);
    put(all, "OP_READ", Opcode.READ);
    put(all, "OP_WRITE", Opcode.WRITE);
    put(all, "OP_OPEN_URL", Opcode.OPEN_URL);
    put(all, "OP_SIZE", Opcode.SIZE);
    put(all, "OP_OFFER", Opcode.OFFER);
    put(all, "OP_FIRST_OF_APPLICATION", Opcode.FIRST_OF_APPLICATION);
  }

  private static void putFiles(Map<String, String> all) {
    put(all, "client_words", PeerLayout.SQ_SLOTS);
    put(all, "client_words.sq_tail", PeerLayout.SQ_TAIL);
    put(all, "client_words.cq_head", PeerLayout.CQ_HEAD);
    put(all, "client_words.cq_event", PeerLayout.CQ_EVENT);
    put(all, "client_words.cq_relaxed", PeerLayout.CQ_RELAXED);
    put(all, "server_words", PeerLayout.CQ_SLOTS);
    put(all, "server_words.cq_tail", PeerLayout.CQ_TAIL);
    put(all, "server_words.sq_head", PeerLayout.SQ_HEAD);
    put(all, "server_words.sq_event", PeerLayout.SQ_EVENT);
    put(all, "server_words.sq_relaxed", PeerLayout.SQ_RELAXED);
    put(all, "SLOTS", PeerLayout.SQ_SLOTS);
    put(all, "MAX_CREDIT", PeerOptions.MAX_CREDIT);
    put(all, "MAX_QUEUE", QueueOptions.MAX_ENTRIES);
    for (int size = 8; size <= 4096; size *= 2) {
      put(all, "queue_bytes(" + size + ")", PeerLayout.fileSize(16, size));
    }
    for (int entries = 1; entries <= 2 * PeerOptions.MAX_CREDIT; entries *= 2) {
      put(all, "client_size(" + entries + ")", PeerLayout.clientSize(entries));
      put(all, "sq_array(" + entries + ")", PeerLayout.sqArray(entries));
      put(all, "with_array(" + entries + ")", PeerLayout.clientSize(entries, true));
      put(all, "server_size(" + entries + ")", PeerLayout.serverSize(entries));
    }
    for (int credit = 1; credit <= 40; credit++) {
      put(all, "cq_entries(" + credit + ")", CqWriter.entriesFor(credit));
    }
  }

  private static void putMessages(Map<String, String> all) {
    put(all, "message", AttachMessage.SIZE);
    put(all, "packet", AttachMessage.CAPACITY);
    put(all, "message.credit", AttachMessage.CREDIT);
    put(all, "message.sq_entries", AttachMessage.SQ_ENTRIES);
    put(all, "message.cq_entries", AttachMessage.CQ_ENTRIES);
    put(all, "message.region", AttachMessage.REGION);
    put(all, "message.region_size", AttachMessage.REGION_SIZE);
    put(all, "message.flags", AttachMessage.FLAGS);
    put(all, "MAGIC", AttachMessage.MAGIC);
    put(all, "VERSION", AttachMessage.VERSION);
    put(all, "HELLO", AttachMessage.HELLO);
    put(all, "WELCOME", AttachMessage.WELCOME);
    put(all, "SHARE", AttachMessage.SHARE);
    put(all, "SHARED", AttachMessage.SHARED);
    put(all, "GOODBYE", AttachMessage.GOODBYE);
    put(all, "TAKE", AttachMessage.TAKE);
    put(all, "TAKEN", AttachMessage.TAKEN);
    put(all, "READY", AttachMessage.READY);
    put(all, "TEXT_MAX", AttachMessage.TEXT_MAX);
    put(all, "FENCES_FROM_OUTSIDE", AttachMessage.FENCES_FROM_OUTSIDE);
    put(all, "SQ_ARRAY", AttachMessage.SQ_ARRAY);
  }

  /** A message with every field set, as the C program makes it too. */
  private static byte[] message() {
    MemorySegment body = Arena.ofAuto().allocate(AttachMessage.CAPACITY, 8);
    AttachMessage.begin(body, AttachMessage.GOODBYE);
    AttachMessage.intAt(body, AttachMessage.CREDIT, 0x11121314);
    AttachMessage.intAt(body, AttachMessage.SQ_ENTRIES, 0x21222324);
    AttachMessage.intAt(body, AttachMessage.CQ_ENTRIES, 0x31323334);
    AttachMessage.intAt(body, AttachMessage.REGION, 0x41424344);
    AttachMessage.longAt(body, AttachMessage.REGION_SIZE, 0x5152535455565758L);
    AttachMessage.intAt(body, AttachMessage.FLAGS, 0x61626364);
    AttachMessage.longAt(body, AttachMessage.PROTOCOL, 0x7172737475767778L);
    int length = AttachMessage.fail(body, Errno.EPROTO, "so");
    return body.asSlice(0, length).toArray(JAVA_BYTE);
  }

  @ParameterizedTest
  @CsvSource({"gcc, c11", "gcc, c17", "gcc, gnu2x", "g++, c++17", "g++, c++20"})
  void headerIsCleanAlone(String compiler, String standard) throws IOException {
    assumeTrue(C.has(compiler), compiler + " is not installed: nothing asks it");
    for (String header : List.of("annulus.h", "annulus_queues.h")) {
      String text = "#include \"%s\"\nint main(void) { return 0; }\n".formatted(header);
      C.compiles(compiler, standard, text);
    }
  }

  @Test
  void readmesExampleCompiles() throws IOException {
    String readme = Files.readString(CPrograms.base().resolveSibling("README.md"));
    Pattern block = Pattern.compile("```c\n(.*?)```", Pattern.DOTALL);
    Matcher example = block.matcher(readme);
    assertTrue(example.find(), "README.md has no example in C");
    C.compiles("gcc", "c11", example.group(1));
  }
}
