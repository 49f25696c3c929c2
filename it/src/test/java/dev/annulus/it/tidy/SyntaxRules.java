// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Rules that need the syntax tree. */
final class SyntaxRules {
  static final int MOST_METHOD_LINES = 60;

  private static final Pattern ASSUMPTION = Pattern.compile("(.*\\.)?assume(True|False)");
  private static final Pattern REASON = Pattern.compile("\"[^\"]{10,}");

  static final Map<String, Rule> ALL =
      Map.of("methods", SyntaxRules::longMethods, "skips", SyntaxRules::skips);

  private SyntaxRules() {}

  /** The lines of each method that has a body, without its javadoc. */
  static List<Integer> methodLengths(Source source) {
    Parsed parsed = Parsed.of(source);
    return methods(parsed).stream().map(method -> length(parsed, method)).toList();
  }

  private static List<Finding> longMethods(Source source) {
    if (!source.isJava()) {
      return List.of();
    }
    Parsed parsed = Parsed.of(source);
    return methods(parsed).stream()
        .filter(method -> length(parsed, method) > MOST_METHOD_LINES)
        .map(method ->
            new Finding(
                source.path(),
                parsed.firstLine(method),
                "%s has %d lines; the most is %d: give its steps names of their own"
                    .formatted(method.getName(), length(parsed, method), MOST_METHOD_LINES)))
        .toList();
  }

  private static int length(Parsed parsed, MethodTree method) {
    return parsed.lastLine(method) - parsed.firstLine(method) + 1;
  }

  private static List<MethodTree> methods(Parsed parsed) {
    List<MethodTree> methods = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethod(MethodTree method, Void unused) {
        // A record's own parameters look like a constructor that has no place in the text.
        if (method.getBody() != null && parsed.lastLine(method) > 0) {
          methods.add(method);
        }
        return super.visitMethod(method, unused);
      }
    }.scan(parsed.unit(), null);
    return methods;
  }

  private static List<Finding> skips(Source source) {
    if (!source.isJava()) {
      return List.of();
    }
    Parsed parsed = Parsed.of(source);
    List<Finding> findings = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitAnnotation(AnnotationTree annotation, Void unused) {
        if (annotation.getAnnotationType().toString().endsWith("Disabled")
            && !REASON.matcher(annotation.getArguments().toString()).find()) {
          report(parsed.firstLine(annotation));
        }
        return super.visitAnnotation(annotation, unused);
      }

      @Override
      public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
        if (ASSUMPTION.matcher(call.getMethodSelect().toString()).matches()
            && call.getArguments().size() < 2) {
          report(parsed.firstLine(call));
        }
        return super.visitMethodInvocation(call, unused);
      }

      private void report(int line) {
        findings.add(new Finding(source.path(), line, "skips a test; give the reason as its text"));
      }
    }.scan(parsed.unit(), null);
    return findings;
  }
}
