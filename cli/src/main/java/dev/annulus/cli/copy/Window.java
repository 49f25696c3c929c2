// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import dev.annulus.peer.Region;
import dev.annulus.scheme.Client;
import java.io.IOException;

/**
 * The buffers of a transfer, in memory that the host can reach.
 *
 * @param region holds {@code depth} buffers
 * @param depth how many, and so how many operations are in flight at most
 * @param blockSize bytes of each
 */
public record Window(Region region, int depth, int blockSize) {
  /** The most operations in flight. */
  public static final int MAX_DEPTH = 1024;

  /** The largest buffer. */
  public static final int MAX_BLOCK_SIZE = 16 << 20;

  /**
   * Shares memory with the host.
   *
   * @param client to share with
   * @param depth operations in flight, 1 to {@link #MAX_DEPTH}; fewer where the host grants fewer
   * @param blockSize bytes an operation, 1 to {@link #MAX_BLOCK_SIZE}
   * @return the buffers, valid until the client is closed
   * @throws IOException where the host's quota is used up or it is gone
   */
  public static Window of(Client client, int depth, int blockSize) throws IOException {
    int granted = Math.min(depth, client.credit());
    return new Window(client.share((long) granted * blockSize), granted, blockSize);
  }
}
