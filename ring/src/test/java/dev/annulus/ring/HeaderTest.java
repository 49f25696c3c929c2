// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layouts and numbers against the installed C headers. */
class HeaderTest {
  private static final String IO_URING = "linux/io_uring.h";

  @TempDir Path directory;

  @Test
  void submissionEntry() throws IOException {
    Map<String, Long> expected = new LinkedHashMap<>();
    expected.put("opcode", (long) SqEntry.OPCODE);
    expected.put("flags", (long) SqEntry.FLAGS);
    expected.put("ioprio", (long) SqEntry.IOPRIO);
    expected.put("fd", (long) SqEntry.FD);
    expected.put("off", (long) SqEntry.OFF);
    expected.put("addr2", (long) SqEntry.OFF);
    expected.put("addr", (long) SqEntry.ADDR);
    expected.put("len", (long) SqEntry.LEN);
    expected.put("rw_flags", (long) SqEntry.OP_FLAGS);
    expected.put("open_flags", (long) SqEntry.OP_FLAGS);
    expected.put("user_data", (long) SqEntry.USER_DATA);
    expected.put("buf_index", (long) SqEntry.BUF_INDEX);
    expected.put("personality", (long) SqEntry.PERSONALITY);
    expected.put("file_index", (long) SqEntry.FILE_INDEX);
    expected.put("splice_fd_in", (long) SqEntry.FILE_INDEX);
    expected.put("addr3", (long) SqEntry.ADDR3);
    expected.put("__pad2", (long) SqEntry.PAD2);
    assertStruct("struct io_uring_sqe", SqEntry.SIZE, expected);
  }

  @Test
  void completionEntry() throws IOException {
    assertStruct(
        "struct io_uring_cqe",
        CqEntry.SIZE,
        Map.of(
            "user_data", (long) CqEntry.USER_DATA,
            "res", (long) CqEntry.RES,
            "flags", (long) CqEntry.FLAGS));
  }

  private void assertStruct(String struct, long size, Map<String, Long> expected)
      throws IOException {
    CProgram.assumeHeader(directory, IO_URING);
    StringBuilder body = new StringBuilder();
    body.append("printf(\"sizeof %zu\\n\", sizeof(").append(struct).append("));");
    for (String field : expected.keySet()) {
      body.append("printf(\"%s %%zu\\n\", offsetof(%s, %s));".formatted(field, struct, field));
    }
    Map<String, Long> told = CProgram.numbers(directory, "stddef.h\n" + IO_URING, body.toString());
    assertEquals(size, told.remove("sizeof"), "size of " + struct);
    assertEquals(expected, told);
  }

  @Test
  void flagBits() throws IOException {
    Map<String, Long> named = new LinkedHashMap<>(constants(SqEntry.class, "IOSQE_"));
    named.putAll(constants(CqEntry.class, "IORING_CQE_"));
    assertTrue(named.size() >= 9, named + " are too few: does the prefix still hold?");
    CProgram.assumeHeader(directory, IO_URING);
    Map<String, Long> told = CProgram.numbers(directory, IO_URING, printDefined(named.keySet()));
    assertTrue(told.size() >= 9, told + " are too few, even for an old header");
    // An older header lacks the newest bits; what it has must agree.
    named.keySet().retainAll(told.keySet());
    assertEquals(named, told);
  }

  /** Prints the macros that the header has. */
  private static String printDefined(Set<String> names) {
    return names.stream()
        .map(name -> "#ifdef %s\n%s\n#endif\n".formatted(name, print(Set.of(name))))
        .collect(Collectors.joining("", "\n", ""));
  }

  @Test
  void opcodes() throws IOException {
    CProgram.assumeHeader(directory, IO_URING);
    Set<String> names = new LinkedHashSet<>();
    Pattern enumerator = Pattern.compile("\\bIORING_OP_(\\w+)");
    for (String line : CProgram.preprocessed(directory, IO_URING)) {
      enumerator.matcher(line).results().forEach(found -> names.add(found.group()));
    }
    Map<String, Long> linux = CProgram.numbers(directory, IO_URING, print(names));
    long last = linux.remove("IORING_OP_LAST");
    assumeTrue(last > 0, "the header has no opcodes");
    Map<String, Long> ours = constants(Opcode.class, "");
    linux.forEach((name, number) -> {
      if (number < Opcode.LINUX_COUNT) {
        String own = name.substring("IORING_OP_".length());
        assertEquals(number, ours.get(own), name);
        assertEquals(own, Opcode.name(number.intValue()));
      }
    });
    assertTrue(
        linux.values().containsAll(range(Math.min(last, Opcode.LINUX_COUNT))),
        "some opcodes were not found in the header: " + linux);
  }

  private static List<Long> range(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  @Test
  void errorNumbers() throws IOException {
    CProgram.assumeHeader(directory, "errno.h");
    Map<String, Long> ours = constants(Errno.class, "E");
    assertEquals(ours, CProgram.numbers(directory, "errno.h", print(ours.keySet())));
  }

  @Test
  void errorNamesAndTexts() throws IOException {
    CProgram.assumeHeader(directory, "gnu/libc-version.h");
    List<String> told =
        CProgram.lines(
            directory,
            "string.h",
            "for (int i = 1; i < 140; i++)"
                + " if (strerrorname_np(i))"
                + " printf(\"%d %s (%s)\\n\", i, strerrorname_np(i), strerrordesc_np(i));");
    assertTrue(told.size() > 100, "too few: " + told);
    for (String line : told) {
      int blank = line.indexOf(' ');
      int errno = Integer.parseInt(line.substring(0, blank));
      assertEquals(line.substring(blank + 1), Errno.describe(errno));
    }
  }

  private static String print(Set<String> names) {
    return names.stream()
        .map(name -> "printf(\"%s %%lld\\n\", (long long) %s);".formatted(name, name))
        .collect(Collectors.joining("\n"));
  }

  /** The public constants of a class whose names begin with a prefix. */
  private static Map<String, Long> constants(Class<?> type, String prefix) {
    return Arrays.stream(type.getDeclaredFields())
        .filter(field -> Modifier.isPublic(field.getModifiers()) && field.getType() == int.class)
        .filter(field -> field.getName().startsWith(prefix))
        .collect(Collectors.toMap(Field::getName, HeaderTest::value));
  }

  private static long value(Field field) {
    try {
      return field.getInt(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
