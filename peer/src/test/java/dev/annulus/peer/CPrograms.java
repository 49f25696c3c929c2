// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The C programs beside these tests, each compiled once a test run into a directory that goes with
 * the run. Skips the tests where there is no compiler.
 */
final class CPrograms implements BeforeAllCallback {
  /** All that a careful project turns on: the header has to be clean there. */
  private static final List<String> STRICT =
      List.of("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror");

  /** After a program's name: as the compiler's sanitizers have it. */
  private static final String CHECKED = "-checked";

  private Built built;

  @Override
  public void beforeAll(ExtensionContext context) {
    var store = context.getRoot().getStore(ExtensionContext.Namespace.create(CPrograms.class));
    built = store.computeIfAbsent(Built.class, key -> new Built(), Built.class);
    assumeTrue(built.has("gcc"), "gcc is not installed: nothing compiles the C ends");
  }

  /** Starts a program with arguments. */
  CProcess start(String program, Object... arguments) throws IOException {
    return built.start(program, arguments);
  }

  /** Starts a program that ends with an error where it steps outside the rules of C. */
  CProcess startChecked(String program, Object... arguments) throws IOException {
    return built.start(program + CHECKED, arguments);
  }

  /** Compiles a text that is a program, and does not run it. */
  void compiles(String compiler, String standard, String source) throws IOException {
    built.compiles(compiler, standard, source);
  }

  /** Whether a compiler can be run. */
  boolean has(String compiler) {
    return built.has(compiler);
  }

  /** What was compiled; closed at the end of the run. */
  private static final class Built implements AutoCloseable {
    private final Path directory;
    private final Map<String, Path> programs = new ConcurrentHashMap<>();

    Built() {
      try {
        directory = Files.createTempDirectory("annulus-c");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean has(String compiler) {
      try {
        return run(compiler, "--version").status() == 0;
      } catch (IOException e) {
        return false;
      }
    }

    boolean hasSanitizers() {
      try {
        Path empty = Files.writeString(directory.resolve("empty.c"), "int main(void){return 0;}");
        String sanitize = "-fsanitize=address,undefined";
        return run("gcc", sanitize, empty.toString(), "-o", directory.resolve("empty").toString())
                .status()
            == 0;
      } catch (IOException e) {
        return false;
      }
    }

    CProcess start(String program, Object... arguments) throws IOException {
      Path compiled = programs.computeIfAbsent(program, this::compile);
      Stream<String> told = Stream.of(arguments).map(Object::toString);
      return new CProcess(Stream.concat(Stream.of(compiled.toString()), told).toList());
    }

    /** Waits do not spin in these, so that every wait is a chance to lose a wake-up. */
    private Path compile(String program) {
      Path compiled = directory.resolve(program);
      String name = program.replace(CHECKED, "");
      Path source = base().resolve("src/test/c").resolve(name + ".c");
      List<String> more = new ArrayList<>(List.of("-O2", "-DANNULUS_SPIN_NANOS=0"));
      if (!name.equals(program)) {
        more.addAll(List.of("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"));
      }
      more.addAll(List.of("-o", compiled.toString()));
      try {
        compile("gcc", "c11", source, more.toArray(String[]::new));
        return compiled;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void compiles(String compiler, String standard, String text) throws IOException {
      String suffix = standard.startsWith("c++") ? ".cc" : ".c";
      Path source = Files.writeString(Files.createTempFile(directory, "text", suffix), text);
      compile(compiler, standard, source, "-fsyntax-only");
    }

    private void compile(String compiler, String standard, Path source, String... more)
        throws IOException {
      Stream<String> command =
          Stream.of(compiler, "-std=" + standard, "-D_GNU_SOURCE", "-I" + header().getParent());
      Stream<String> rest = Stream.concat(Stream.of(more), Stream.of(source.toString()));
      Output said =
          run(Stream.concat(Stream.concat(command, STRICT.stream()), rest).toArray(String[]::new));
      assertEquals(0, said.status(), said::text);
    }

    private record Output(int status, String text) {}

    private Output run(String... command) throws IOException {
      Path log = Files.createTempFile(directory, "run", ".log");
      try (CProcess process = new CProcess(List.of(command), log)) {
        int status = process.ended();
        return new Output(status, Files.readString(log));
      }
    }

    @Override
    public void close() throws IOException {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** The module's directory. */
  static Path base() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }

  /** The header that is tested. */
  static Path header() {
    return base().resolve("src/main/c/annulus.h");
  }

  /** Whether the compiler can build {@link #startChecked}'s programs, with their libraries. */
  boolean hasSanitizers() {
    return built.hasSanitizers();
  }

  /** A process that runs a C program; killed when closed. */
  static final class CProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private CProcess(List<String> command) throws IOException {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      out = process.inputReader();
    }

    /** All that it says goes to a file. */
    private CProcess(List<String> command, Path log) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      process = builder.redirectOutput(log.toFile()).start();
      out = null;
    }

    /** The next line, or null when there is none any more. */
    String line() throws IOException {
      return out.readLine();
    }

    /** Waits for the next line, which must be this. */
    void says(String line) throws IOException {
      assertEquals(line, out.readLine());
    }

    int pid() {
      return (int) process.pid();
    }

    /** By SIGKILL. */
    void kill() {
      process.destroyForcibly();
    }

    /** Writes a line to its input. */
    void tell(String line) throws IOException {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    }

    /** Ends its input, upon which it ends. */
    void endInput() throws IOException {
      process.getOutputStream().close();
    }

    /** Waits until nothing is left of it; answers its exit status. */
    int ended() {
      try {
        assertEquals(true, process.waitFor(30, TimeUnit.SECONDS), "a C process does not end");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      ended();
    }
  }
}
