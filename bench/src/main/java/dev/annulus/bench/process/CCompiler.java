// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import dev.annulus.bench.measure.MissingPeerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Compiles the C peers when they are first used, and again when their source, its headers or the
 * compiler's options change: a program is kept under the hash of these.
 */
public final class CCompiler {
  private static final String COMPILER = "gcc";
  private static final List<String> OPTIONS = List.of("-std=gnu17", "-O2", "-Wall", "-Wextra");
  private static final String LIBRARY = "-luring";
  private static final String INSTALL = "apt-get install gcc libc6-dev liburing-dev";
  private static final String SOURCES = "/dev/annulus/bench/c/";
  private static final String HEADER = "commands.h";

  private final String searchPath;
  private final Path cache;

  /**
   * A compiler.
   *
   * @param searchPath directories to look for it in, as in PATH
   * @param cache where programs are kept
   */
  public CCompiler(String searchPath, Path cache) {
    this.searchPath = searchPath;
    this.cache = cache;
  }

  /**
   * The one on the PATH; programs are kept beside what is built, or with the user's other caches.
   */
  public static CCompiler onPath() {
    String home = System.getProperty("annulus.home");
    Path cache =
        home != null
            ? Path.of(home, "target", "bench-c")
            : Path.of(System.getProperty("user.home"), ".cache", "annulus", "bench-c");
    String path = System.getenv("PATH");
    return new CCompiler(path == null ? "" : path, cache);
  }

  /**
   * A program, ready to be run.
   *
   * @param name of its source, without {@code .c}
   * @return where it is
   * @throws MissingPeerException where the compiler or liburing is not installed
   * @throws IOException where the source does not compile
   */
  public Path program(String name) throws IOException {
    Path compiler = compiler();
    Files.createDirectories(cache);
    Path directory = Files.createTempDirectory(cache, "compiling-");
    try {
      Path source = directory.resolve(name + ".c");
      unpack(source);
      unpack(directory.resolve(HEADER));
      Path program = cache.resolve(name + "-" + key(compiler, source));
      if (!Files.isExecutable(program)) {
        compile(compiler, source, directory.resolve(name));
        Files.move(directory.resolve(name), program, StandardCopyOption.ATOMIC_MOVE);
      }
      return program;
    } finally {
      WorkDirectory.deleteTree(directory);
    }
  }

  private Path compiler() throws MissingPeerException {
    for (String directory : searchPath.split(":")) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, COMPILER))) {
        return Path.of(directory, COMPILER);
      }
    }
    throw new MissingPeerException(COMPILER + " is not on the PATH", INSTALL);
  }

  private static void unpack(Path file) throws IOException {
    String resource = SOURCES + file.getFileName();
    try (InputStream source = CCompiler.class.getResourceAsStream(resource)) {
      if (source == null) {
        throw new IOException("the C source " + resource + " is not in the jar: build it anew");
      }
      Files.copy(source, file);
    }
  }

  /**
   * The hash of the source with all its headers, so that another liburing makes another program.
   */
  private static String key(Path compiler, Path source) throws IOException {
    String text = run(compiler, List.of("-E", "-P"), source.getFileName().toString(), source);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.join(" ", OPTIONS).getBytes(StandardCharsets.UTF_8));
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void compile(Path compiler, Path source, Path program) throws IOException {
    List<String> options = new ArrayList<>(OPTIONS);
    options.addAll(List.of("-o", program.toString()));
    run(compiler, options, source.toString(), source, LIBRARY);
  }

  /** Runs the compiler in the source's directory; answers what it printed. */
  private static String run(
      Path compiler, List<String> options, String file, Path source, String... last)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(compiler.toString());
    command.addAll(options);
    command.add(file);
    command.addAll(List.of(last));
    Path complaints = source.resolveSibling("complaints");
    Process process =
        new ProcessBuilder(command)
            .directory(source.getParent().toFile())
            .redirectError(complaints.toFile())
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw failure(source, Files.readString(complaints));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while compiling " + source.getFileName(), e);
    }
    return printed;
  }

  private static IOException failure(Path source, String complaints) {
    boolean missing =
        complaints.contains("No such file or directory") || complaints.contains("cannot find -l");
    return missing
        ? new MissingPeerException(
            "what "
                + source.getFileName()
                + " is compiled with is missing:\n"
                + complaints.strip()
                + "\nliburing or the C library's headers are not installed",
            INSTALL)
        : new IOException("cannot compile " + source.getFileName() + ":\n" + complaints);
  }
}
