// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.ServerOptions;
import dev.annulus.uring.RingOptions;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How a host runs.
 *
 * @param socket the Unix socket at which clients attach
 * @param server what clients are allowed when attaching
 * @param ring the reactors' rings to the kernel
 * @param reactors threads that serve, at least 1; each has its own ring and its own clients
 * @param maxHandles open handles a client
 * @param spinNanos how long a reactor with nothing to do spins before it sleeps
 */
public record HostOptions(
    Path socket,
    ServerOptions server,
    RingOptions ring,
    int reactors,
    int maxHandles,
    long spinNanos) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public HostOptions {
    Objects.requireNonNull(socket);
    Objects.requireNonNull(server);
    Objects.requireNonNull(ring);
    if (reactors < 1 || maxHandles < 1 || spinNanos < 0) {
      throw new IllegalArgumentException("reactors and maxHandles must be at least 1");
    }
  }

  /**
   * One reactor, 1,024 handles a client, 50 µs of spinning.
   *
   * @param socket the Unix socket at which clients attach
   * @return the options
   */
  public static HostOptions at(Path socket) {
    return new HostOptions(socket, ServerOptions.DEFAULT, RingOptions.DEFAULT, 1, 1024, 50_000);
  }

  /**
   * The same with other limits for clients.
   *
   * @param limits what clients are allowed when attaching
   * @return changed options
   */
  public HostOptions withServer(ServerOptions limits) {
    return new HostOptions(socket, limits, ring, reactors, maxHandles, spinNanos);
  }

  /**
   * The same with other rings to the kernel.
   *
   * @param options the reactors' rings to the kernel
   * @return changed options
   */
  public HostOptions withRing(RingOptions options) {
    return new HostOptions(socket, server, options, reactors, maxHandles, spinNanos);
  }

  /**
   * The same with another number of reactors.
   *
   * @param count threads that serve
   * @return changed options
   */
  public HostOptions withReactors(int count) {
    return new HostOptions(socket, server, ring, count, maxHandles, spinNanos);
  }

  /**
   * The same with another spin time.
   *
   * @param nanos how long a reactor with nothing to do spins before it sleeps
   * @return changed options
   */
  public HostOptions withSpinNanos(long nanos) {
    return new HostOptions(socket, server, ring, reactors, maxHandles, nanos);
  }
}
