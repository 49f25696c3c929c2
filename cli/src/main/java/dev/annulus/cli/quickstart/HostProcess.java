// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * A host in a second process: this program once more, with this JVM. It ends when its standard
 * input does, and so it never outlives this process, however that ends.
 */
public final class HostProcess implements AutoCloseable {
  private static final int SECONDS_TO_START = 60;
  private static final int SECONDS_TO_END = 10;

  private final Process process;
  private final Path log;

  private HostProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a host. It is not ready yet.
   *
   * @param log where its standard error goes
   * @param options of {@code annulus serve}
   * @return the process
   * @throws IOException where it cannot be started
   */
  public static HostProcess start(Path log, List<String> options) throws IOException {
    List<String> command = new ArrayList<>(thisProgram());
    command.addAll(List.of("serve", "--json", "--until-stdin-ends"));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    return new HostProcess(builder.start(), log);
  }

  /** The command line that runs this program with this JVM, from where this one was loaded. */
  private static List<String> thisProgram() {
    String home = System.getProperty("java.home");
    String path = System.getProperty("jdk.module.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(home, "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("--enable-native-access=dev.annulus.ffi");
    command.add("--illegal-native-access=deny");
    if (path != null) {
      command.addAll(List.of("-p", path));
    }
    command.addAll(List.of("-m", "dev.annulus.cli/dev.annulus.cli.Main"));
    return command;
  }

  /**
   * Waits until clients can attach. Blocks for a minute at most.
   *
   * @return what the host says of itself: {@code pid}, {@code ring}, {@code schemes}
   * @throws CommandException where it does not start; with its own message and exit status
   * @throws IOException where it says something else
   */
  public JsonNode awaitReady() throws CommandException, IOException {
    CompletableFuture<String> line = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("annulus-host-out").start(() -> readLine(line));
    try {
      String text = line.get(SECONDS_TO_START, TimeUnit.SECONDS);
      if (text == null) {
        throw ended();
      }
      return Json.parse(text);
    } catch (TimeoutException e) {
      throw new CommandException(
          ExitCode.NO_HOST, "the host was not ready after " + SECONDS_TO_START + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("what the host prints cannot be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the host starts", e);
    }
  }

  private void readLine(CompletableFuture<String> line) {
    try {
      // Not closed: the host must not find its standard output gone.
      BufferedReader out = process.inputReader();
      line.complete(out.readLine());
    } catch (IOException e) {
      line.completeExceptionally(e);
    }
  }

  /** Why it ended before it was ready: in its own words. */
  private CommandException ended() throws IOException, InterruptedException {
    process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    int status = process.isAlive() ? -1 : process.exitValue();
    ExitCode code = ExitCode.NO_HOST;
    for (ExitCode candidate : ExitCode.values()) {
      if (candidate.status() == status && candidate != ExitCode.OK) {
        code = candidate;
      }
    }
    return new CommandException(code, "the host did not start: " + said());
  }

  /**
   * What the host printed to standard error.
   *
   * @return its lines, or that there are none
   * @throws IOException where they cannot be read
   */
  public String said() throws IOException {
    String text = Files.readString(log).strip();
    return text.isEmpty() ? "it said nothing" : text.replaceFirst("^annulus: ", "");
  }

  /** Ends the host and waits until it has ended; kills it where it does not. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // Its end of the pipe is gone, and so is the host.
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
