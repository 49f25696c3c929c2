// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import java.lang.foreign.MemorySegment;

/** No-ops through our ring to the kernel: what kernel_nop.c does with liburing. */
final class KernelNop implements Worker, CompletionHandler {
  private static final int ROUNDS_A_CLOCK = 64;

  private final int batch;
  private final Ring ring;
  private final MemorySegment entries;
  private long tag;
  private long sum;

  private KernelNop(Arguments arguments) throws ErrnoException {
    batch = arguments.number();
    int flags = arguments.number();
    ring =
        Rings.open(
            RingOptions.DEFAULT
                .withPolicy(RingOptions.Policy.REQUIRE)
                .withEntries(arguments.number(), arguments.number()));
    entries = ring.entries();
    if (ring.info().setupFlags() != flags) {
      throw new IllegalStateException(
          "the two sides have different set-up flags: " + ring.info() + ", not " + flags);
    }
  }

  static Worker open(Arguments arguments) throws ErrnoException {
    return new KernelNop(arguments);
  }

  @Override
  public Answer run(double seconds) throws ErrnoException {
    tag = 0;
    sum = 0;
    long calls = ring.info().systemCalls();
    Stopwatch watch = new Stopwatch(seconds);
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        round();
      }
    } while (watch.running());
    Answer answer = watch.stop(tag);
    if (sum != tag * (tag - 1) / 2) {
      throw new IllegalStateException("completions differ from submissions");
    }
    return answer.with(Counter.SYSTEM_CALLS.key(), ring.info().systemCalls() - calls);
  }

  private void round() throws ErrnoException {
    long first = batch > 1 ? ring.claim(batch) : -1;
    for (int i = 0; i < batch; i++) {
      long at = first >= 0 ? first + (long) i * SqEntry.SIZE : ring.claim();
      SqEntry.fill(entries, at, Opcode.NOP, -1, 0, 0, 0, tag + i);
    }
    tag += batch;
    ring.await(batch, 0);
    int taken = ring.reap(this, batch);
    if (taken != batch) {
      throw new IllegalStateException(batch - taken + " completions are missing");
    }
  }

  @Override
  public void completed(long userData, int result, int flags) {
    if (result != 0) {
      throw new IllegalStateException("a no-op was answered with " + result);
    }
    sum += userData;
  }
}
