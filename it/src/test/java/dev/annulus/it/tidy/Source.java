// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * A text file of the tree.
 *
 * @param path from the root, with slashes
 */
record Source(String path, String text) {
  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isShell() {
    return path.endsWith(".sh") || text.startsWith("#!");
  }

  boolean isC() {
    return path.endsWith(".c") || path.endsWith(".h");
  }

  boolean isPython() {
    return path.endsWith(".py");
  }

  boolean isPom() {
    return path.equals("pom.xml") || path.endsWith("/pom.xml");
  }

  /** What people of this project wrote to be run. */
  boolean isCode() {
    return isJava() || isC() || isShell() || isPython();
  }

  boolean isTest() {
    return path.contains("/src/test/");
  }

  /** The directory below the root: the module, for Java sources. */
  String module() {
    return path.contains("/") ? path.substring(0, path.indexOf('/')) : "";
  }

  List<String> lines() {
    return text.lines().toList();
  }

  /** The lines with comments and the contents of literals blanked, so that only code is left. */
  List<String> code() {
    return JavaText.code(text).lines().toList();
  }

  /** A finding for each line number, from 1, that {@code broken} holds for. */
  List<Finding> where(IntPredicate broken, IntFunction<String> remedy) {
    List<Finding> findings = new ArrayList<>();
    int count = lines().size();
    for (int line = 1; line <= count; line++) {
      if (broken.test(line)) {
        findings.add(new Finding(path, line, remedy.apply(line)));
      }
    }
    return findings;
  }
}
