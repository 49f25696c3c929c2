// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;

/**
 * Another worker's answer, with the processor time of the whole process in place of the clock's.
 */
record CpuTimed(Worker worker) implements Worker {
  @Override
  public Answer run(double seconds) throws Exception {
    long begin = cpuNanos();
    Answer answer = worker.run(seconds);
    return new Answer(answer.operations(), cpuNanos() - begin, answer.more());
  }

  private static long cpuNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("Linux does not tell the process's time"))
        .toNanos();
  }
}
