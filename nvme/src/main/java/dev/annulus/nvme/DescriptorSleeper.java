// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Poll;
import dev.annulus.ring.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Sleeps in {@code ppoll(2)} on the eventfd alone. */
final class DescriptorSleeper implements Sleeper {
  private final int eventfd;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = Poll.buffer(arena);

  DescriptorSleeper(int eventfd) {
    this.eventfd = eventfd;
  }

  /** Sets the eventfd to 0: it is readable again by the next signal, until the sleep. */
  @Override
  public void arm() {
    Events.drain(eventfd);
  }

  @Override
  public boolean sleep(long nanos) throws NvmeException {
    int ready = Poll.readable(eventfd, buffer, nanos);
    if (ready < 0 && ready != -Errno.EINTR) {
      throw new NvmeException(
          "ppoll on an interrupt's eventfd: " + Errno.describe(-ready) + ": wait by polling");
    }
    return false;
  }

  @Override
  public void close() {
    arena.close();
  }
}
