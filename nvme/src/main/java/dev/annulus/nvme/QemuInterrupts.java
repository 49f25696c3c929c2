// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Interrupts that are words in the guest's memory: the device writes 1 into a vector's. Who asks
 * for a vector's descriptor starts a thread that looks at the words, as nothing else tells: a
 * descriptor is readable at most about a millisecond late, and while the thread is there it uses
 * some percent of a processor. Who polls completions pays nothing.
 */
final class QemuInterrupts {
  static final String THREAD = "annulus-qemu-interrupts";

  /** Between two words, so that the device's and our writes stay apart. */
  static final int APART = 64;

  private static final VarHandle WORD = JAVA_INT.varHandle();
  private static final int SPINS = 1_000;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final MemorySegment words;

  /** Of each vector, -1 where nobody has asked; replaced, never changed. */
  private volatile int[] fds;

  private Thread thread;
  private volatile boolean closed;

  QemuInterrupts(int vectors, MemorySegment words) {
    this.words = words;
    fds = new int[vectors];
    Arrays.fill(fds, -1);
  }

  int vectors() {
    return fds.length;
  }

  synchronized int fd(int vector) throws NvmeException {
    if (vector < 0 || vector >= fds.length || closed) {
      throw new IllegalArgumentException("vector " + vector + ": there are " + fds.length);
    }
    if (fds[vector] < 0) {
      int made = Events.eventfd(true);
      if (made < 0) {
        throw new NvmeException(
            "eventfd: " + Errno.describe(-made) + ": raise the limit of open files");
      }
      int[] more = fds.clone();
      more[vector] = made;
      fds = more;
      if (thread == null) {
        thread = Thread.ofPlatform().name(THREAD).daemon().start(this::run);
      }
    }
    return fds[vector];
  }

  private void run() {
    long pause = 1_000;
    for (int idle = 0; !closed; idle++) {
      if (look()) {
        idle = 0;
        pause = 1_000;
      } else if (idle < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
      }
    }
  }

  /** The word is 0 before the descriptor is signalled: an interrupt after that is another one. */
  private boolean look() {
    boolean any = false;
    int[] now = fds;
    for (int i = 0; i < now.length; i++) {
      if (now[i] >= 0 && (int) WORD.getVolatile(words, (long) i * APART) != 0) {
        WORD.setVolatile(words, (long) i * APART, 0);
        Events.signal(now[i]);
        any = true;
      }
    }
    return any;
  }

  /** Ends the thread and closes the descriptors; before the words go. */
  synchronized void close() {
    closed = true;
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    for (int fd : fds) {
      if (fd >= 0) {
        Files.close(fd);
      }
    }
    fds = new int[0];
  }
}
