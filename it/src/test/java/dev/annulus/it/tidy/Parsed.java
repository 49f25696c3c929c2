// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The syntax tree of a Java source, by the JDK's own parser. */
record Parsed(Source source, CompilationUnitTree unit, Trees trees) {
  static Parsed of(Source source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task =
        (JavacTask)
            compiler.getTask(null, null, problem -> {}, List.of(), null, List.of(new Text(source)));
    try {
      return new Parsed(source, task.parse().iterator().next(), Trees.instance(task));
    } catch (IOException failure) {
      throw new UncheckedIOException("parsing " + source.path(), failure);
    }
  }

  int firstLine(Tree tree) {
    return lineOf(trees.getSourcePositions().getStartPosition(unit, tree));
  }

  int lastLine(Tree tree) {
    return lineOf(trees.getSourcePositions().getEndPosition(unit, tree));
  }

  private int lineOf(long position) {
    return (int) unit.getLineMap().getLineNumber(position);
  }

  /** What the parser reads from. */
  private static final class Text extends SimpleJavaFileObject {
    private final Source source;

    Text(Source source) {
      super(URI.create("string:///" + source.path()), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source.text();
    }
  }
}
