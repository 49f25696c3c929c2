// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import dev.annulus.ffi.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The main program of a process that does one part of a comparison: {@code CPU ROLE ARGUMENT…}.
 * Says {@code ready}, then answers each {@code run SECONDS}. Ends when its standard input ends, in
 * the middle of a run too, so that it cannot outlive who started it.
 */
public final class WorkerMain {
  private static final String RUN = "run ";

  /** Rarely: the other side is measured meanwhile. */
  private static final long IDLE_MILLIS = 20;

  private static final int FAILED = 1;

  private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
  private final PrintStream out = System.out;

  private WorkerMain() {}

  /**
   * Runs a worker.
   *
   * @param arguments the processor, the role, and the role's arguments
   */
  public static void main(String[] arguments) {
    try {
      new WorkerMain().work(arguments);
    } catch (Throwable e) {
      e.printStackTrace();
      // The worker's threads may spin or serve: they end with the process.
      Runtime.getRuntime().halt(FAILED);
    }
  }

  private void work(String[] arguments) throws Exception {
    Thread.ofPlatform().daemon().name("commands").start(this::readCommands);
    int cpu = Integer.parseInt(arguments[0]);
    int pinned = Threads.pin(cpu);
    if (pinned < 0) {
      throw new IOException(
          "cannot pin a thread to processor "
              + cpu
              + " (sched_setaffinity: errno "
              + -pinned
              + "): comparisons need processors 0 and 1");
    }
    Arguments rest = new Arguments(Arrays.copyOfRange(arguments, 2, arguments.length));
    Worker worker = Roles.opener(arguments[1]).open(rest);
    out.println("ready");
    while (true) {
      String command = next(worker);
      if (!command.startsWith(RUN)) {
        throw new IllegalArgumentException("not a command: " + command);
      }
      Answer answer = worker.run(Double.parseDouble(command.substring(RUN.length())));
      out.println(answer);
    }
  }

  private String next(Worker worker) throws Exception {
    if (!worker.needsIdleCalls()) {
      return commands.take();
    }
    String command;
    do {
      worker.idle();
      command = commands.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    } while (command == null);
    return command;
  }

  private void readCommands() {
    try {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      reader.lines().forEach(commands::add);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }
}
