// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.scheme.FileScheme;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import dev.annulus.scheme.NullScheme;
import dev.annulus.scheme.SchemeFactory;
import dev.annulus.uring.RingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A host that serves a scheme all the time; its reactor is pinned as its starter. */
final class HostWorker implements Worker {
  private long allocated = Allocation.ofAllThreads();

  private HostWorker(Path socket, SchemeFactory scheme) throws IOException {
    // Never closed: it ends with the process.
    Host.start(
        HostOptions.at(socket).withRing(RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE)),
        List.of(scheme));
  }

  static Worker openFiles(Arguments arguments) throws IOException {
    Path socket = arguments.path();
    return new HostWorker(socket, FileScheme.below(arguments.path(), false));
  }

  static Worker openNull(Arguments arguments) throws IOException {
    return new HostWorker(arguments.path(), NullScheme.factory());
  }

  /** What was allocated since this was asked last; the client counts the operations. */
  @Override
  public Answer run(double seconds) {
    long before = allocated;
    allocated = Allocation.ofAllThreads();
    return Answer.of(0, 0).with(Counter.HEAP_BYTES.key(), allocated - before);
  }
}
