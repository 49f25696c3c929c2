// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import java.util.function.LongConsumer;

/**
 * What a transfer shall do.
 *
 * @param source what to read
 * @param target what to write, or null for nothing
 * @param most bytes to move at most, {@link Long#MAX_VALUE} for all
 * @param consumer takes what was read, in order; or null
 * @param progress told of the bytes that have arrived so far, often
 */
public record Plan(End source, End target, long most, InOrder consumer, LongConsumer progress) {

  /**
   * A plan that nobody watches.
   *
   * @param source what to read
   * @param target what to write
   * @param most bytes to move at most
   */
  public Plan(End source, End target, long most) {
    this(source, target, most, null, moved -> {});
  }

  /**
   * How many bytes it moves; fewer where a source whose end is not known ends before.
   *
   * @return at least 0
   */
  public long length() {
    return source.endsUnknown() ? most : Math.min(source.size(), most);
  }

  /**
   * Whether there may be one operation in flight only.
   *
   * @return true where the order matters, or where only reading tells the end
   */
  boolean oneByOne() {
    return source.endsUnknown() || source.inOrder() || target != null && target.inOrder();
  }
}
