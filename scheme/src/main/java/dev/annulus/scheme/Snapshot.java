// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What a scheme says of itself, readable as a file: the text as it was when it was opened. For the
 * thread of the reactor that opened it.
 */
public final class Snapshot {
  private static final int BLOCK_SIZE = 4096;

  private final MemorySegment text;

  /**
   * Keeps a text.
   *
   * @param text what can be read, in UTF-8
   */
  public Snapshot(String text) {
    this.text = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Carries out an operation on it, at once.
   *
   * @param request any; what is not reading is answered as for a file opened for reading
   * @return as {@link Scheme#perform}, never {@link Scheme#PENDING}
   */
  public long perform(Request request) {
    return switch (request.opcode()) {
      case Opcode.READ -> read(request);
      case Opcode.STATX -> StatxReply.write(request, text.byteSize(), BLOCK_SIZE);
      case Opcode.SIZE -> text.byteSize();
      case Opcode.FSYNC, Opcode.CLOSE -> 0;
      case Opcode.WRITE -> -Errno.EBADF;
      default -> -Errno.EINVAL;
    };
  }

  private long read(Request request) {
    long offset = request.offset();
    long length = Integer.toUnsignedLong(request.length());
    if (offset < 0) {
      return -Errno.EINVAL;
    }
    if (request.buffer(request.addr(), length) == 0) {
      return -Errno.EFAULT;
    }
    long count = Math.min(length, Math.max(text.byteSize() - offset, 0));
    if (count > 0) {
      MemorySegment.copy(text, offset, request.region(), request.addr(), count);
    }
    return count;
  }
}
