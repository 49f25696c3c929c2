// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Two words in a page that two processes share, each with one writer and a cache line to itself.
 */
final class BareWords {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int SIZE = 4096;
  private static final int CALL_AT = 0;
  private static final int ANSWER_AT = 256;

  private final ByteBuffer page;

  private BareWords(ByteBuffer page) {
    this.page = page;
  }

  static BareWords open(Path path) throws IOException {
    return new BareWords(MappedFile.map(path, SIZE));
  }

  /** Acquire: pairs with {@link #call(long)}. */
  long call() {
    return (long) LONG.getAcquire(page, CALL_AT);
  }

  /** Release: pairs with {@link #call()}. */
  void call(long value) {
    LONG.setRelease(page, CALL_AT, value);
  }

  /** Acquire: pairs with {@link #answer(long)}. */
  long answer() {
    return (long) LONG.getAcquire(page, ANSWER_AT);
  }

  /** Release: pairs with {@link #answer()}. */
  void answer(long value) {
    LONG.setRelease(page, ANSWER_AT, value);
  }
}
