// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.uring.Ring;
import dev.annulus.uring.Rings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table of operations against Linux, the C header, the classes and the documentation. */
class OperationsTest {
  private static final Path HEADER = Path.of("/usr/include/linux/io_uring.h");

  @Test
  void hasEachOpcodeOnce() {
    List<Integer> opcodes = Operations.TABLE.stream().map(Operations.Row::opcode).toList();
    List<Integer> all = IntStream.range(0, Opcode.LINUX_COUNT).boxed().toList();
    assertEquals(all, opcodes);
  }

  @Test
  void hasWhatTheKernelReports() throws ErrnoException {
    try (Ring ring = Rings.open(OperationTest.KERNEL)) {
      Set<String> missing = new TreeSet<>();
      for (int opcode = 0; opcode < 256; opcode++) {
        if (ring.supports(opcode) && opcode >= Operations.TABLE.size()) {
          missing.add(Opcode.name(opcode));
        }
      }
      assertEquals(Set.of(), missing, "this kernel has operations that the table lacks");
    }
  }

  @Test
  void hasTheHeadersNames() throws IOException {
    assumeTrue(Files.exists(HEADER), "no " + HEADER + ": apt-get install linux-libc-dev");
    Matcher names =
        Pattern.compile("^\\s*(IORING_OP_[A-Z0-9_]+),", Pattern.MULTILINE)
            .matcher(Files.readString(HEADER));
    List<String> told = new ArrayList<>();
    while (names.find()) {
      told.add(names.group(1));
    }
    told.remove("IORING_OP_LAST");
    assertTrue(told.size() > 40, () -> "only found " + told);
    int known = Math.min(told.size(), Operations.TABLE.size());
    assertEquals(
        told.subList(0, known),
        Operations.TABLE.stream().limit(known).map(Operations.Row::name).toList());
  }

  @Test
  void hasATestForEachClass() {
    for (Operations.Row row : Operations.TABLE) {
      for (Class<? extends Operation> type : row.types()) {
        String test = "/" + type.getName().replace('.', '/') + "Test.class";
        assertNotNull(OperationsTest.class.getResource(test), () -> "no test of " + type);
      }
    }
  }

  @Test
  void isInTheDocumentation() throws IOException {
    Path page = Path.of("../docs/opcodes.md");
    String table =
        Operations.TABLE.stream().map(OperationsTest::line).collect(Collectors.joining("\n"));
    String text = Files.readString(page);
    assertTrue(text.contains(table), () -> page + " must have exactly this table:\n" + table);
  }

  private static String line(Operations.Row row) {
    return "| %d | `%s` | %s | %s |"
        .formatted(
            row.opcode(),
            row.name(),
            row.since(),
            row.types().stream()
                .map(type -> "`" + type.getSimpleName() + "`")
                .collect(Collectors.joining(", ")));
  }
}
