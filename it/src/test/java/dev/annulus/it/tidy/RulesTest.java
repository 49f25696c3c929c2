// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule finds what it is for, on its line, and leaves good sources alone. */
class RulesTest {
  private static final String HEAD = "// SPDX-License-Identifier: Apache-2.0\n";
  private static final String JAVA = "ring/src/main/java/dev/annulus/ring/A.java";
  private static final String FFI = "ffi/src/main/java/dev/annulus/ffi/A.java";

  static Stream<Arguments> bad() {
    return Stream.of(
        bad(TextRules.ALL.get("licence"), JAVA, 1, "package dev.annulus.ring;\n"),
        bad(TextRules.ALL.get("licence"), "run.sh", 2, "#!/bin/sh\necho\n"),
        bad(TextRules.ALL.get("licence"), "a/pom.xml", 2, "<?xml version=\"1.0\"?>\n<project/>\n"),
        bad(TextRules.ALL.get("columns"), JAVA, 2, HEAD + "// " + "é".repeat(98)),
        bad(TextRules.ALL.get("tabs"), JAVA, 2, HEAD + "\tint a;"),
        bad(TextRules.ALL.get("length"), JAVA, 401, HEAD + "\n".repeat(400)),
        bad(TextRules.ALL.get("leftovers"), JAVA, 2, HEAD + "// TO" + "DO later"),
        bad(TextRules.ALL.get("machine"), "docs/a.md", 1, "run /wo" + "rk/main/dev"),
        bad(CodeRules.ALL.get("exit"), JAVA, 3, HEAD + "class A {{\n  System.exit(1); }}"),
        bad(CodeRules.ALL.get("native"), JAVA, 2, HEAD + "import java.lang.foreign.Linker;"),
        bad(CodeRules.ALL.get("native"), JAVA, 2, HEAD + "class A { B b = c.reinterpret(8); }"),
        bad(CodeRules.ALL.get("native"), JAVA, 2, HEAD + "B b = MemorySegment.ofAddress(8);"),
        bad(CodeRules.ALL.get("unsafe"), FFI, 2, HEAD + "import sun.misc.Unsafe;"),
        bad(CodeRules.ALL.get("stars"), JAVA, 2, HEAD + "import java.util.*;"),
        bad(CodeRules.ALL.get("safety"), FFI, 2, HEAD + "B b = c.reinterpret(8);"),
        bad(
            CodeRules.ALL.get("safety"),
            FFI,
            9,
            HEAD + "// Safety: too far away.\n" + "\n".repeat(6) + "B b = c.reinterpret(8);"),
        bad(
            SyntaxRules.ALL.get("methods"),
            JAVA,
            3,
            HEAD + "class A {\nvoid a() {" + "\n".repeat(60) + "}}"),
        bad(SyntaxRules.ALL.get("skips"), JAVA, 2, HEAD + "@Disabled class A {}"),
        bad(SyntaxRules.ALL.get("skips"), JAVA, 2, HEAD + "@Disabled(\"no\") class A {}"),
        bad(SyntaxRules.ALL.get("skips"), JAVA, 2, HEAD + "class A {{ assumeTrue(b); }}"),
        bad(
            ModuleRules.ALL.get("requires"),
            "ring/src/main/java/module-info.java",
            3,
            HEAD + "module dev.annulus.ring {\n  requires transitive dev.annulus.peer;\n}"),
        bad(
            ModuleRules.ALL.get("requires"),
            "peer/src/main/java/module-info.java",
            3,
            HEAD + "module dev.annulus.peer {\n  requires org.agrona;\n}"),
        bad(ModuleRules.ALL.get("poms"), "pom.xml", 2, "<project>\n<repositories>"));
  }

  private static Arguments bad(Rule rule, String path, int line, String text) {
    return arguments(rule, new Source(path, text), line);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void findsTheBadLine(Rule rule, Source source, int line) {
    List<Finding> findings = rule.check(source);
    assertEquals(1, findings.size(), () -> "findings in " + source + ": " + findings);
    assertEquals(line, findings.getFirst().line(), findings::toString);
    assertTrue(findings.getFirst().toString().startsWith(source.path() + ":" + line + ": "));
  }

  @Test
  void leavesGoodSourcesAlone() {
    Source good =
        new Source(
            FFI,
            HEAD
                + """
                package dev.annulus.ffi;

                /* System.exit(1) and Unsafe in a comment are only words. */
                final class A {
                  String b = "import java.util.*; Unsafe \\" \\t";

                  @Disabled("needs a kernel with io_uring")
                  void a() {
                    assumeTrue(b, "needs a kernel with io_uring");
                    // Safety: the arena is as long as that, and this thread owns it.
                    c.reinterpret(8);
                  }
                }
                """);
    Stream.of(TextRules.ALL, CodeRules.ALL, SyntaxRules.ALL, ModuleRules.ALL)
        .flatMap(rules -> rules.values().stream())
        .forEach(rule -> assertEquals(List.of(), rule.check(good)));
  }

  @Test
  void findsAPackageWithoutItsDescription() {
    Source lone = new Source(JAVA, HEAD);
    Source info = new Source("ring/src/main/java/dev/annulus/ring/package-info.java", HEAD);
    Source test = new Source("ring/src/test/java/dev/annulus/ring/ATest.java", HEAD);
    assertEquals(1, TreeRules.packages(List.of(lone, test)).size());
    assertEquals(List.of(), TreeRules.packages(List.of(lone, test, info)));
  }

  @Test
  void findsAScriptThatCannotRun() {
    Source script = new Source("dev", "#!/bin/sh\n");
    assertEquals(1, TreeRules.scripts(List.of(script), any -> false).size());
    assertEquals(List.of(), TreeRules.scripts(List.of(script), any -> true));
  }

  @Test
  void measuresMethods() {
    Source source = new Source(JAVA, "record A(int b) {\n  int c() {\n    return 1;\n  }\n}");
    assertEquals(List.of(3), SyntaxRules.methodLengths(source));
    assertEquals(2, TreeRules.median(List.of(3, 1, 2)));
  }
}
