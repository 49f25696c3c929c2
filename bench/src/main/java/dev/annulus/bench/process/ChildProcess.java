// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process that is told what to do by lines, and answers by lines. */
final class ChildProcess implements AutoCloseable {
  private static final int KEPT_LINES = 40;
  private static final long END_SECONDS = 10;

  private final String label;
  private final Process process;
  private final BufferedWriter commands;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private final Deque<String> complaints = new ArrayDeque<>();
  private final Thread complaintReader;
  private final Runnable undo;

  private ChildProcess(String label, Process process) {
    this.label = label;
    this.process = process;
    undo = process::destroyForcibly;
    Leftovers.add(undo);
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::readAnswers);
    complaintReader = Thread.ofVirtual().start(this::readComplaints);
  }

  /**
   * Starts a process.
   *
   * @param label names it in messages
   * @param command the program and its arguments
   */
  static ChildProcess start(String label, List<String> command) throws IOException {
    return new ChildProcess(label, new ProcessBuilder(command).start());
  }

  private void readAnswers() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().map(Optional::of).forEach(answers::add);
    } catch (IOException | UncheckedIOException e) {
      complain("its output cannot be read: " + e.getMessage());
    } finally {
      answers.add(Optional.empty());
    }
  }

  private void readComplaints() {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      reader.lines().forEach(this::complain);
    } catch (IOException | UncheckedIOException e) {
      complain("its error output cannot be read: " + e.getMessage());
    }
  }

  private void complain(String line) {
    synchronized (complaints) {
      complaints.add(line);
      if (complaints.size() > KEPT_LINES) {
        complaints.remove();
      }
    }
  }

  void send(String command) throws IOException {
    try {
      commands.write(command);
      commands.newLine();
      commands.flush();
    } catch (IOException e) {
      throw failure("took no command", e);
    }
  }

  /**
   * Waits for a line.
   *
   * @param nanos how long
   * @return the line, or nothing where none came in time
   * @throws IOException where the process ended; the message has what it complained of
   */
  Optional<String> answer(long nanos) throws IOException {
    try {
      Optional<String> line = answers.poll(nanos, TimeUnit.NANOSECONDS);
      if (line == null) {
        return Optional.empty();
      }
      if (line.isEmpty()) {
        throw ended();
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was waited for by a thread that was interrupted", e);
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  /** That it ended when it should not have. */
  IOException ended() {
    try {
      return failure(
          process.waitFor(END_SECONDS, TimeUnit.SECONDS)
              ? "ended with status " + process.exitValue()
              : "closed its output",
          null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure("ended", e);
    }
  }

  /** What went wrong, with what the process had to say. */
  IOException failure(String what, Exception cause) {
    if (!process.isAlive()) {
      try {
        complaintReader.join(Duration.ofSeconds(END_SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    StringBuilder message = new StringBuilder(label).append(' ').append(what);
    synchronized (complaints) {
      complaints.forEach(line -> message.append(System.lineSeparator()).append("  ").append(line));
    }
    return new IOException(message.toString(), cause);
  }

  /** Kills the process and waits for its end. */
  @Override
  public void close() {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    Leftovers.forget(undo);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
