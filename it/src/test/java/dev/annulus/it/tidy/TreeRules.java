// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Rules about the files together. */
final class TreeRules {
  /** Of all methods, half are at most this long. */
  static final int MEDIAN_METHOD_LINES = 12;

  /** Of all Java files, half are at most this long. */
  static final int MEDIAN_FILE_LINES = 150;

  private TreeRules() {}

  /** Every package says what it is, in its main sources or, if it has none, in its tests. */
  static List<Finding> packages(Collection<Source> sources) {
    Set<String> described =
        sources.stream()
            .filter(source -> source.path().endsWith("/package-info.java"))
            .map(TreeRules::packageOf)
            .collect(Collectors.toSet());
    return sources.stream()
        .filter(source -> source.isJava() && source.path().contains("/java/"))
        .filter(source -> !source.path().endsWith("module-info.java"))
        .collect(Collectors.toMap(TreeRules::packageOf, Function.identity(), (a, b) -> a))
        .entrySet()
        .stream()
        .filter(entry -> !described.contains(entry.getKey()))
        .map(entry ->
            new Finding(
                entry.getValue().path(),
                1,
                "its package needs a package-info.java: guarantee,"
                    + " thread model, ownership, example"))
        .toList();
  }

  /** A module's directory and the package's. */
  private static String packageOf(Source source) {
    String directory = source.path().substring(0, source.path().lastIndexOf('/'));
    return directory.replaceFirst("/src/\\w+/java/", ":");
  }

  /** What begins with {@code #!} is to be run. */
  static List<Finding> scripts(Collection<Source> sources, Predicate<Source> executable) {
    return sources.stream()
        .filter(source -> source.text().startsWith("#!") && !executable.test(source))
        .map(source -> new Finding(source.path(), 1, "not executable; chmod +x"))
        .toList();
  }

  static int median(List<Integer> lengths) {
    return lengths.stream().sorted().toList().get(lengths.size() / 2);
  }
}
