// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules about the modules' order and what they need from outside. */
final class ModuleRules {
  /** A module may depend only on those before it. */
  static final List<String> ORDER =
      List.of(
          "ffi", "ring", "uring", "peer", "scheme", "nvme", "nio", "cli", "testkit", "stress",
          "bench", "it");

  /** Those before the command are libraries. */
  static final List<String> LIBRARIES = ORDER.subList(0, ORDER.indexOf("cli"));

  private static final String OWN = "dev.annulus.";
  private static final Pattern REQUIRES =
      Pattern.compile("\\brequires\\s+(?:transitive\\s+|static\\s+)*([\\w.]+)\\s*;");
  private static final Pattern ELSEWHERE =
      Pattern.compile("<(repository|repositories|pluginRepositor\\w+|distributionManagement)>");

  static final Map<String, Rule> ALL =
      Map.of("requires", ModuleRules::requires, "poms", ModuleRules::poms);

  private ModuleRules() {}

  private static List<Finding> requires(Source source) {
    if (!source.path().endsWith("/src/main/java/module-info.java")) {
      return List.of();
    }
    List<String> code = source.code();
    List<Finding> findings = new ArrayList<>();
    for (int line = 1; line <= code.size(); line++) {
      Matcher required = REQUIRES.matcher(code.get(line - 1));
      while (required.find()) {
        String remedy = fault(source.module(), required.group(1));
        if (remedy != null) {
          findings.add(new Finding(source.path(), line, remedy));
        }
      }
    }
    return findings;
  }

  /** What is wrong with a module's need of another, or null. */
  private static String fault(String module, String required) {
    if (required.startsWith(OWN)) {
      int other = ORDER.indexOf(required.substring(OWN.length()));
      return other >= 0 && other < ORDER.indexOf(module)
          ? null
          : module + " may depend only on what comes before it in " + ORDER;
    }
    boolean jdk = required.startsWith("java.") || required.startsWith("jdk.");
    return jdk || !LIBRARIES.contains(module)
        ? null
        : module + " is published and needs only the JDK; do without " + required;
  }

  private static List<Finding> poms(Source source) {
    List<String> lines = source.lines();
    return source.where(
        line -> source.isPom() && ELSEWHERE.matcher(lines.get(line - 1)).find(),
        line -> "a pom names no registry; that is for each user's settings");
  }
}
