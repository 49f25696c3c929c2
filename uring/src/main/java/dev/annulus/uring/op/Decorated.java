// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.MemorySegment;

/**
 * An operation with what every entry may have besides.
 *
 * @param operation of which this is a form
 * @param added {@code IOSQE_*} bits to add
 * @param group of provided buffers, with {@code IOSQE_BUFFER_SELECT}
 * @param personality registered credentials, or 0 for those it has
 */
record Decorated(Operation operation, int added, int group, int personality) implements Operation {
  private static final int FLAGS =
      SqEntry.IOSQE_FIXED_FILE
          | SqEntry.IOSQE_IO_DRAIN
          | SqEntry.IOSQE_IO_LINK
          | SqEntry.IOSQE_IO_HARDLINK
          | SqEntry.IOSQE_ASYNC
          | SqEntry.IOSQE_BUFFER_SELECT;

  Decorated {
    if ((added & ~FLAGS) != 0) {
      throw new IllegalArgumentException("flags 0x" + Integer.toHexString(added) + " of an entry");
    }
    Arguments.index(group);
    Arguments.index(personality);
  }

  @Override
  public int opcode() {
    return operation.opcode();
  }

  @Override
  public int flags() {
    return added | operation.flags();
  }

  @Override
  public void prepare(MemorySegment entries, long at, long tag) {
    operation.prepare(entries, at, tag);
    SqEntry.flags(entries, at, SqEntry.flags(entries, at) | added);
    if ((added & SqEntry.IOSQE_BUFFER_SELECT) != 0) {
      SqEntry.bufIndex(entries, at, group);
    }
    if (personality != 0) {
      SqEntry.personality(entries, at, personality);
    }
  }

  @Override
  public int result(int res) throws ErrnoException {
    return operation.result(res);
  }
}
