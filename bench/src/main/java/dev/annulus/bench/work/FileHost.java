// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.scheme.FileScheme;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import dev.annulus.uring.RingOptions;
import java.io.IOException;
import java.util.List;

/**
 * A host that serves the files of a directory all the time; its reactor is pinned as its starter.
 */
final class FileHost implements Worker {
  private long allocated = Allocation.ofAllThreads();

  private FileHost(Arguments arguments) throws IOException {
    // Never closed: it ends with the process.
    Host.start(
        HostOptions.at(arguments.path())
            .withRing(RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE)),
        List.of(FileScheme.below(arguments.path(), false)));
  }

  static Worker open(Arguments arguments) throws IOException {
    return new FileHost(arguments);
  }

  /** What was allocated since this was asked last; the client counts the operations. */
  @Override
  public Answer run(double seconds) {
    long before = allocated;
    allocated = Allocation.ofAllThreads();
    return Answer.of(0, 0).with(Counter.HEAP_BYTES.key(), allocated - before);
  }
}
