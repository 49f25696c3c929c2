// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A QEMU process with a stopped processor, which takes commands on its standard input. It has a
 * thread here that starts it and reads what it complains of. It leaves nothing behind: it has no
 * file but those of its disks, and the kernel kills it when that thread ends, so also when this
 * process is killed.
 */
final class QemuProcess {
  static final String THREAD = "annulus-qemu";

  private static final int MOST_WORDS = 2000;
  private static final long END_SECONDS = 5;

  private final List<String> command;
  private final Consumer<String> mourner;
  private final Thread thread;
  private final CountDownLatch started = new CountDownLatch(1);
  private final StringBuilder words = new StringBuilder();
  private volatile Process process;

  /**
   * For a guest whose memory is a file that this process has open.
   *
   * @param mourner told how it ended, on a thread of its own
   */
  QemuProcess(QemuOptions options, int memory, Consumer<String> mourner) {
    command = command(options, memory);
    this.mourner = mourner;
    thread = Thread.ofPlatform().name(THREAD).daemon().unstarted(this::run);
  }

  void start() throws NvmeException {
    thread.start();
    boolean interrupted = false;
    while (started.getCount() > 0) {
      try {
        started.await();
      } catch (InterruptedException e) {
        interrupted = true; // it takes no time that is worth an interrupt
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (process == null) {
      throw new NvmeException(
          "starting "
              + command.getFirst()
              + words
              + ": apt-get install util-linux qemu-system-x86");
    }
  }

  private static List<String> command(QemuOptions options, int memory) {
    long megabytes = options.memoryBytes() >>> 20;
    String file = "/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), memory);
    // The kernel's word that it ends with the thread that started it. Whoever dies before that is
    // said has closed the memory's file, without which QEMU does not start.
    List<String> words = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    words.addAll(options.command());
    words.addAll(
        List.of(
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-accel",
            "tcg",
            "-S",
            "-M",
            "q35,memory-backend=annulus",
            "-m",
            megabytes + "M",
            "-object",
            "memory-backend-file,id=annulus,size=%dM,mem-path=%s,share=on"
                .formatted(megabytes, file),
            "-qtest",
            "stdio",
            "-qtest-log",
            "/dev/null"));
    words.addAll(options.devices());
    return words;
  }

  private void run() {
    Process mine;
    try {
      mine = new ProcessBuilder(command).start();
    } catch (IOException e) {
      say(e.getMessage());
      started.countDown();
      return;
    }
    process = mine;
    started.countDown();
    try {
      mine.errorReader().lines().forEach(this::say);
    } catch (UncheckedIOException e) {
      say("reading what it says: " + e.getMessage());
    } finally {
      mine.destroyForcibly();
      mourner.accept(epitaph(mine));
    }
  }

  private void say(String line) {
    if (words.length() + line.length() < MOST_WORDS) {
      words.append(": ").append(line.replaceAll("[^ -~]", "?"));
    }
  }

  private String epitaph(Process mine) {
    boolean interrupted = false;
    while (true) {
      try {
        int status = mine.waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        String how = status > 128 ? "signal " + (status - 128) : "status " + status;
        return "QEMU (process " + mine.pid() + ") has ended with " + how + words;
      } catch (InterruptedException e) {
        interrupted = true; // it was killed: it ends
      }
    }
  }

  /** Where it takes commands. */
  OutputStream commands() {
    return process.getOutputStream();
  }

  /** Where it answers them. */
  InputStream answers() {
    return process.getInputStream();
  }

  long pid() {
    return process.pid();
  }

  /** Ends it, in order where it does within some seconds, and waits until it has ended. */
  void close() {
    process.destroy();
    boolean interrupted = false;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    while (thread.isAlive()) {
      try {
        thread.join(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (System.nanoTime() - end > 0) {
        process.destroyForcibly();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
