// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;

/** {@code null:} takes all that is written, and is at its end when read; as {@code /dev/null}. */
public final class NullScheme implements Scheme {
  private NullScheme() {}

  /**
   * Makes the scheme.
   *
   * @return its factory
   */
  public static SchemeFactory factory() {
    return new SchemeFactory() {
      @Override
      public String name() {
        return "null";
      }

      @Override
      public Scheme create(Services services) {
        return new NullScheme();
      }
    };
  }

  @Override
  public long open(Request request, MemorySegment path) {
    return path.byteSize() == 0 ? 0 : -Errno.ENOENT;
  }

  @Override
  public long perform(Request request) {
    int length = request.length();
    return switch (request.opcode()) {
      case Opcode.READ, Opcode.FSYNC, Opcode.CLOSE, Opcode.SIZE -> 0;
      case Opcode.STATX -> StatxReply.write(request, Statx.S_IFCHR | 0666, 0, 4096);
      case Opcode.WRITE ->
          length < 0
              ? -Errno.EINVAL
              : request.buffer(request.addr(), length) == 0 ? -Errno.EFAULT : length;
      default -> -Errno.EINVAL;
    };
  }

  @Override
  public void cancel(long token) {}

  @Override
  public void release(long resource) {}

  @Override
  public void close() {}
}
