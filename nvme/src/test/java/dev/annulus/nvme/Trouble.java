// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.ToIntFunction;

/** Faults that a test can change while the model works. */
class Trouble implements Faults {
  volatile ToIntFunction<ModelCommand> io = command -> 0;
  volatile ToIntFunction<ModelCommand> admin = command -> 0;
  volatile ToIntFunction<ModelCommand> held = command -> 0;
  volatile LongUnaryOperator completion = word -> word;
  volatile IntUnaryOperator event = value -> value;
  volatile IntBinaryOperator register = (register, value) -> value;

  volatile boolean losesInterrupts;
  final AtomicInteger interrupts = new AtomicInteger();

  static final int PATIENCE_SECONDS = 20;

  @Override
  public int fail(ModelCommand command) {
    return (command.queue.id == 0 ? admin : io).applyAsInt(command);
  }

  @Override
  public int hold(ModelCommand command) {
    return command.queue.id == 0 ? 0 : held.applyAsInt(command);
  }

  @Override
  public long completion(long word) {
    return Cqe.sqId(word) == 0 ? word : completion.applyAsLong(word);
  }

  @Override
  public boolean signals(int vector) {
    interrupts.incrementAndGet();
    return !losesInterrupts;
  }

  @Override
  public int eventIndex(int value) {
    return event.applyAsInt(value);
  }

  @Override
  public int register(int register, int value) {
    return this.register.applyAsInt(register, value);
  }

  /** Every register reads as all ones, and nothing is executed, as when it was pulled out. */
  void remove(ModelController model) {
    register = (register, value) -> Registers.ALL_ONES;
    model.fail();
  }

  static void assertCounters(int aborts, int resets, int violations, Controller controller) {
    RecoveryCounters actual = controller.recoveries();
    assertEquals(new RecoveryCounters(aborts, resets, violations, false, actual.cause()), actual);
  }

  /** Something that may throw, until a condition holds. */
  interface Step {
    void run() throws Exception;
  }

  static void until(String what, BooleanSupplier condition, Step step) throws Exception {
    long end = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(what + " did not come in " + PATIENCE_SECONDS + " s");
      }
      step.run();
      Thread.onSpinWait();
    }
  }
}
