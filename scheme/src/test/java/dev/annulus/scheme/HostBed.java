// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.ServerOptions;
import dev.annulus.uring.Ring;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.Rings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** What is around a dispatcher in a host, with {@code probe:} as the one scheme. */
final class HostBed implements AutoCloseable {
  final Path socket;
  final long start;
  final Sessions sessions;
  final ContextTable contexts = new ContextTable();
  final ProbeScheme probe = new ProbeScheme();
  final Dispatcher dispatcher;
  private final Arena arena = Arena.ofConfined();
  private final Ring ring;

  /** The indices of all rings start at {@code start}. */
  HostBed(Path socket, long start) throws IOException {
    this.socket = socket;
    this.start = start;
    ring = Rings.open(RingOptions.DEFAULT.withPolicy(RingOptions.Policy.NEVER));
    sessions = new Sessions(socket, ServerOptions.DEFAULT.withStartIndex(start));
    dispatcher = new Dispatcher(ring, contexts, new Counters(), arena, sessions::violated);
    dispatcher.add("probe", probe);
  }

  @Override
  public void close() {
    sessions.close();
    ring.close();
    arena.close();
  }
}
