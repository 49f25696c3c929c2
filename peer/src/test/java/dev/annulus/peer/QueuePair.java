// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.util.concurrent.FutureTask;

/** Both ends of queues in this process. */
record QueuePair(PeerQueues first, PeerQueues second) implements AutoCloseable {
  static QueuePair open(QueueOptions options) throws Exception {
    PeerEnd[] ends = PeerEnd.pair(options.ownBytes(), options.otherBytes());
    FutureTask<PeerQueues> second =
        new FutureTask<>(() -> PeerQueues.open(ends[1], options.exchanged()));
    Thread.ofPlatform().start(second);
    PeerQueues first = PeerQueues.open(ends[0], options);
    return new QueuePair(first, second.get());
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
