// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of the project: those that git has, or would add; all but built ones without git. */
final class Tree {
  private final Path root;

  Tree(Path root) {
    this.root = root;
  }

  /** The tree that the tests run in. */
  static Tree here() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("dev")) || !Files.exists(at.resolve("LICENSE"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException("run the tests inside the project's tree");
      }
    }
    return new Tree(at);
  }

  Path root() {
    return root;
  }

  boolean isExecutable(Source source) {
    return Files.isExecutable(root.resolve(source.path()));
  }

  /** All text files. */
  List<Source> sources() throws IOException, InterruptedException {
    List<String> paths = tracked().orElseGet(this::walked);
    return paths.stream()
        .filter(path -> Files.isRegularFile(root.resolve(path)))
        .map(path -> new Source(path, read(root.resolve(path))))
        .filter(source -> source.text().indexOf('\0') < 0)
        .toList();
  }

  private Optional<List<String>> tracked() throws IOException, InterruptedException {
    if (!Files.exists(root.resolve(".git"))) {
      return Optional.empty();
    }
    // The tree may belong to another user than the one that runs the tests.
    Process git =
        new ProcessBuilder(
                "git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard")
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return git.waitFor() == 0 ? Optional.of(Arrays.asList(names.split("\0"))) : Optional.empty();
  }

  private List<String> walked() {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(path -> !path.startsWith(".git/") && !("/" + path).contains("/target/"))
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
