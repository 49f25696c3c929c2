// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * QEMU's test protocol: lines that read and write the guest's buses, each answered by a line, in
 * order. What is written is not waited for: many answers are read at once, when they are in the
 * way. There are never more unanswered lines than the smallest pipe holds, so that sending one does
 * not block.
 *
 * <p>Any thread. Source: QEMU's {@code softmmu/qtest.c}.
 */
final class Qtest {
  /** So many lines of the longest kind fit into a pipe of one page. */
  private static final int CREDIT = 128;

  private static final String WRITE = "writel 0x00000000 0x00000000\n";
  private static final int ADDRESS_END = 17;
  private static final int VALUE_END = 28;
  private static final int MOST_LINE = 200;
  private static final int SPINS = 200;
  private static final long PAUSE_NANOS = 50_000;
  private static final long ENDING_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long NOBODY = -1;

  private final long patienceNanos;
  private final QemuProcess process;

  /** Held while lines are written and read, neither of which blocks; over no wait. */
  private final ReentrantLock lock = new ReentrantLock();

  /** One question at a time; held until it is answered. */
  private final ReentrantLock asking = new ReentrantLock();

  private final byte[] write = WRITE.getBytes(StandardCharsets.US_ASCII);
  private long sent;
  private long answered;

  /** Which line is the question, and what was answered. */
  private long question = NOBODY;

  private long answer;
  private final byte[] read = new byte[1024];
  private final byte[] line = new byte[MOST_LINE];
  private int length;

  /** Why nothing works any more, or null. */
  private volatile String failure;

  private Qtest(QemuOptions options, int memory) {
    patienceNanos = TimeUnit.MILLISECONDS.toNanos(options.answerMillis());
    process = new QemuProcess(options, memory, this::fail);
  }

  /** Starts QEMU; the guest's memory is a file that this process has open. */
  static Qtest start(QemuOptions options, int memory) throws NvmeException {
    Qtest made = new Qtest(options, memory);
    made.process.start();
    return made;
  }

  /** Writes 32 bits to memory or a device, and does not wait until that is done. */
  void write(int address, int value) throws NvmeException {
    // Whatever this thread wrote to memory before is there when QEMU reads the line.
    VarHandle.releaseFence();
    lockWithCredit();
    try {
      hex(write, ADDRESS_END, address);
      hex(write, VALUE_END, value);
      send(write);
    } finally {
      lock.unlock();
    }
  }

  /** Writes digits that end before a place. */
  private static void hex(byte[] text, int end, int value) {
    for (int i = 1; i <= 8; i++) {
      int digit = value >>> 4 * (i - 1) & 0xF;
      text[end - i] = (byte) (digit < 10 ? '0' + digit : 'a' - 10 + digit);
    }
  }

  /** Reads 32 bits from memory or a device. */
  int read(int address) throws NvmeException {
    return (int) ask("readl 0x%x\n".formatted(address));
  }

  /** Reads 64 bits from memory or a device. */
  long readLong(int address) throws NvmeException {
    return ask("readq 0x%x\n".formatted(address));
  }

  /** Reads 32 bits from an I/O port. */
  int in(int port) throws NvmeException {
    return (int) ask("inl 0x%x\n".formatted(port));
  }

  /** Writes 32 bits to an I/O port. */
  void out(int port, int value) throws NvmeException {
    ask("outl 0x%x 0x%x\n".formatted(port, value));
  }

  private long ask(String words) throws NvmeException {
    VarHandle.releaseFence();
    byte[] bytes = words.getBytes(StandardCharsets.US_ASCII);
    asking.lock();
    try {
      lockWithCredit();
      try {
        question = sent;
        send(bytes);
        awaitAnswers(sent);
        return answer;
      } finally {
        question = NOBODY;
        lock.unlock();
      }
    } finally {
      asking.unlock();
    }
  }

  private void lockWithCredit() throws NvmeException {
    lock.lock();
    try {
      while (sent - answered >= CREDIT) {
        // Half of them, so that answers are read many at a time.
        awaitAnswers(sent - CREDIT / 2);
      }
    } catch (NvmeException e) {
      lock.unlock();
      throw e;
    }
  }

  private void send(byte[] bytes) throws NvmeException {
    if (failure != null) {
      throw new NvmeException(failure);
    }
    OutputStream out = process.commands();
    try {
      out.write(bytes, 0, bytes.length);
      out.flush();
      sent++;
    } catch (IOException e) {
      throw ending(e);
    }
  }

  /** Waits until so many lines are answered; with the lock, which is given up meanwhile. */
  private void awaitAnswers(long least) throws NvmeException {
    long end = System.nanoTime() + patienceNanos;
    for (int i = 0; answered < least; i++) {
      receive();
      if (answered >= least) {
        return;
      }
      if (failure == null && System.nanoTime() - end > 0) {
        fail(
            "QEMU (process %d) did not answer in %,d ms: it hangs or is stopped"
                .formatted(process.pid(), patienceNanos / 1_000_000));
      }
      if (failure != null) {
        throw new NvmeException(failure);
      }
      lock.unlock();
      pause(i);
      lock.lock();
    }
  }

  private static void pause(int round) {
    if (round < SPINS) {
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Reads the answers that are there. */
  private void receive() throws NvmeException {
    InputStream in = process.answers();
    try {
      int there = in.available();
      if (there > 0) {
        int count = in.read(read, 0, Math.min(there, read.length));
        for (int i = 0; i < count; i++) {
          accept(read[i]);
        }
      }
    } catch (IOException e) {
      throw ending(e);
    }
  }

  private void accept(byte next) {
    if (next != '\n') {
      if (length < MOST_LINE) {
        line[length++] = next;
      }
      return;
    }
    boolean refused = starts("FAIL") || starts("ERR");
    if (refused) {
      fail("QEMU refused a command: " + new String(line, 0, length, StandardCharsets.US_ASCII));
    }
    if (refused || starts("OK")) {
      if (answered == question) {
        answer = number();
      }
      answered++;
    }
    length = 0;
  }

  private boolean starts(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (i >= length || line[i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The number behind "OK 0x", 0 where there is none. */
  private long number() {
    long value = 0;
    for (int i = 5; i < length; i++) {
      value = value << 4 | Math.max(0, Character.digit(line[i], 16));
    }
    return value;
  }

  /** A pipe broke: how QEMU ended is known some moments later. */
  private NvmeException ending(IOException pipe) {
    long end = System.nanoTime() + ENDING_NANOS;
    while (failure == null && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    fail("QEMU takes no commands any more: " + pipe.getMessage());
    return new NvmeException(failure, pipe);
  }

  /** The first reason stays. */
  private synchronized void fail(String why) {
    if (failure == null) {
      failure = why;
    }
  }

  long pid() {
    return process.pid();
  }

  /** Ends QEMU; answers when it has ended. */
  void close() {
    process.close();
  }
}
