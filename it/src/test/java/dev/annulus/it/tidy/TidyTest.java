// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The house rules, on this tree. */
class TidyTest {
  private static final Tree TREE = Tree.here();
  private static List<Source> sources;

  @BeforeAll
  static void readTree() throws Exception {
    sources = TREE.sources();
    assertTrue(sources.stream().filter(Source::isJava).count() > 20, "too few sources were found");
  }

  @TestFactory
  Stream<DynamicTest> everyFileFollowsEachRule() {
    return Stream.of(TextRules.ALL, CodeRules.ALL, SyntaxRules.ALL, ModuleRules.ALL)
        .map(Map::entrySet)
        .flatMap(rules -> rules.stream())
        .map(rule ->
            dynamicTest(
                rule.getKey(),
                () ->
                    assertNone(
                        rule.getKey(),
                        sources.stream().flatMap(at -> rule.getValue().check(at).stream()))));
  }

  @Test
  void everyPackageSaysWhatItIs() {
    assertNone("packages", TreeRules.packages(sources).stream());
  }

  @Test
  void everyScriptIsExecutable() {
    assertNone("scripts", TreeRules.scripts(sources, TREE::isExecutable).stream());
  }

  @Test
  void mostMethodsAreShort() {
    int median =
        TreeRules.median(
            sources.stream()
                .filter(Source::isJava)
                .flatMap(source -> SyntaxRules.methodLengths(source).stream())
                .toList());
    assertTrue(median <= TreeRules.MEDIAN_METHOD_LINES, () -> "the median method: " + median);
  }

  @Test
  void mostFilesAreShort() {
    int median =
        TreeRules.median(
            sources.stream().filter(Source::isJava).map(java -> java.lines().size()).toList());
    assertTrue(median <= TreeRules.MEDIAN_FILE_LINES, () -> "the median file: " + median);
  }

  private static void assertNone(String rule, Stream<Finding> findings) {
    String all = findings.map(Finding::toString).sorted().collect(joining("\n"));
    if (!all.isEmpty()) {
      fail("against the house rule '" + rule + "':\n" + all);
    }
  }
}
