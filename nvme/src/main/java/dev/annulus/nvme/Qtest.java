// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * QEMU's test protocol: lines that read and write the guest's buses, each answered by a line, in
 * order. What is written is not waited for: its answer is counted when it comes. There are never
 * more unanswered lines than the smallest pipe holds, so that sending one does not block.
 *
 * <p>Any thread. Source: QEMU's {@code softmmu/qtest.c}.
 */
final class Qtest implements QemuProcess.Listener {
  /** So many lines of the longest kind fit into a pipe of one page. */
  private static final int CREDIT = 96;

  private static final String WRITE = "writel 0x00000000 0x00000000\n";
  private static final int ADDRESS_END = 17;
  private static final int VALUE_END = 28;
  private static final int MOST_LINE = 200;
  private static final int SPINS = 100;
  private static final long PAUSE_NANOS = 50_000;
  private static final long NOBODY = -1;

  private final long patienceNanos;
  private final QemuProcess process;

  private final ReentrantLock sending = new ReentrantLock();
  private final byte[] write = WRITE.getBytes(StandardCharsets.US_ASCII);

  /** Lines sent; under the lock. */
  private long sent;

  /** One question at a time. */
  private final ReentrantLock asking = new ReentrantLock();

  /** Which line is the question; written before it is sent. */
  private volatile long question = NOBODY;

  private volatile Thread asker;

  /** Written by the process's thread before {@link #answered} passes the question. */
  private long answer;

  /** Lines answered. Written by the process's thread alone. */
  private volatile long answered;

  /** Why nothing works any more, or null. */
  private volatile String failure;

  private final byte[] line = new byte[MOST_LINE];
  private int length;

  private Qtest(QemuOptions options, int memory) {
    patienceNanos = TimeUnit.MILLISECONDS.toNanos(options.answerMillis());
    process = new QemuProcess(options, memory, this);
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
      sending.unlock();
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
      asker = Thread.currentThread();
      long number = sendQuestion(bytes);
      awaitAnswers(number + 1, words);
      return answer;
    } finally {
      asker = null;
      asking.unlock();
    }
  }

  private long sendQuestion(byte[] bytes) throws NvmeException {
    lockWithCredit();
    try {
      long number = sent;
      question = number;
      send(bytes);
      return number;
    } finally {
      sending.unlock();
    }
  }

  /** Waits for room, without the lock. */
  private void lockWithCredit() throws NvmeException {
    while (true) {
      sending.lock();
      long least = sent + 1 - CREDIT;
      if (answered >= least) {
        return;
      }
      sending.unlock();
      awaitAnswers(least, "a write");
    }
  }

  /** Under the lock, with room. */
  private void send(byte[] bytes) throws NvmeException {
    if (failure != null) {
      throw new NvmeException(failure);
    }
    try {
      OutputStream out = process.commands();
      out.write(bytes, 0, bytes.length);
      out.flush();
      sent++;
    } catch (IOException e) {
      throw new NvmeException("QEMU takes no commands any more: it has ended", e);
    }
  }

  private void awaitAnswers(long least, String words) throws NvmeException {
    long end = System.nanoTime() + patienceNanos;
    for (int i = 0; answered < least; i++) {
      if (failure != null) {
        throw new NvmeException(failure);
      }
      if (System.nanoTime() - end > 0) {
        fail(
            "QEMU (process %d) did not answer '%s' in %,d ms: it hangs or is stopped"
                .formatted(process.pid(), words.strip(), patienceNanos / 1_000_000));
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void fail(String why) {
    if (failure == null) {
      failure = why;
    }
    LockSupport.unpark(asker);
  }

  @Override
  public void said(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        accept();
        length = 0;
      } else if (length < MOST_LINE) {
        line[length++] = bytes[i];
      }
    }
  }

  private void accept() {
    if (starts("OK")) {
      if (answered == question) {
        answer = number();
      }
      count();
    } else if (starts("FAIL") || starts("ERR")) {
      fail("QEMU refused a command: " + text());
      count();
    } else if (!starts("IRQ ")) {
      process.say(text());
    }
  }

  private void count() {
    long now = answered;
    answered = now + 1;
    if (now == question) {
      LockSupport.unpark(asker);
    }
  }

  private boolean starts(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (i >= length || line[i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String text() {
    return new String(line, 0, length, StandardCharsets.US_ASCII).replaceAll("[^ -~]", "?");
  }

  /** The number behind "OK 0x", 0 where there is none. */
  private long number() {
    long value = 0;
    for (int i = 5; i < length; i++) {
      value = value << 4 | Math.max(0, Character.digit(line[i], 16));
    }
    return value;
  }

  @Override
  public void ended(String why) {
    fail(why);
  }

  long pid() {
    return process.pid();
  }

  /** Ends QEMU; answers when it has ended. */
  void close() {
    process.close();
  }
}
