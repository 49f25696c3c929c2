// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Rules about Java code: what may be called where, and what must be said beside it. */
final class CodeRules {
  private static final int SAFETY_WITHIN = 6;
  private static final Pattern RESTRICTED =
      Pattern.compile(
          "\\.(reinterpret|downcallHandle|upcallStub|libraryLookup)\\("
              + "|\\bMemorySegment\\.ofAddress\\(");
  private static final Set<String> MAY_EXIT = Set.of("testkit", "bench");
  private static final String MAIN = "cli/src/main/java/dev/annulus/cli/Main.java";

  static final Map<String, Rule> ALL =
      Map.of(
          "exit",
          ban(
              "\\bSystem\\.exit\\(|\\.halt\\(",
              source -> MAY_EXIT.contains(source.module()) || source.path().equals(MAIN),
              "ends the JVM of whoever calls it; throw, and let the command's Main exit"),
          "native",
          ban(
              "\\bLinker\\b|\\breinterpret\\(|\\bMemorySegment\\.ofAddress\\b",
              source -> source.module().equals("ffi"),
              "native access; only ffi has it: add a checked method there and call that"),
          "unsafe",
          ban(
              "\\bsun\\.misc\\b|\\bjdk\\.internal\\b|\\bUnsafe\\b|\\bSystem\\.load(Library)?\\(",
              source -> false,
              "goes round the JVM's checks; use MemorySegment and VarHandle"),
          "stars",
          ban("^import .*\\*;", source -> false, "import each type by its name"),
          "safety",
          CodeRules::safety);

  private CodeRules() {}

  private static Rule ban(String pattern, Predicate<Source> allowed, String remedy) {
    Pattern banned = Pattern.compile(pattern);
    return source -> {
      if (!source.isJava() || allowed.test(source)) {
        return List.of();
      }
      List<String> code = source.code();
      return source.where(line -> banned.matcher(code.get(line - 1)).find(), line -> remedy);
    };
  }

  private static List<Finding> safety(Source source) {
    if (!source.isJava()) {
      return List.of();
    }
    List<String> code = source.code();
    List<String> lines = source.lines();
    return source.where(
        line ->
            RESTRICTED.matcher(code.get(line - 1)).find()
                && lines.subList(Math.max(0, line - 1 - SAFETY_WITHIN), line).stream()
                    .noneMatch(near -> near.contains("// Safety:")),
        line ->
            "a restricted call; say in a // Safety: comment, at most "
                + SAFETY_WITHIN
                + " lines before, why bounds, lifetime and thread are right");
  }
}
