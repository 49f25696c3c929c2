// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Takes the bytes that a transfer read, from the first to the last, whatever order they came in.
 */
@FunctionalInterface
public interface InOrder {
  /**
   * Takes the next bytes.
   *
   * @param bytes valid during the call
   * @throws IOException where they cannot be taken; ends the transfer
   */
  void accept(MemorySegment bytes) throws IOException;
}
