// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A word that one of the stand-in's tasks waits for.
 *
 * @param task a FUTEX_WAIT with one word, or a FUTEX_WAITV with several
 * @param index which of them, and what the task is answered when this one is woken
 * @param address of the word
 * @param expected what it has until it is woken
 * @param flags {@code FUTEX2_*}
 */
record FutexWord(PoolTask task, int index, long address, int expected, int flags) {
  private static final int FLAGS = Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE;

  /** 0 where it has the expected value, {@code -EAGAIN} where not, or why it is no such word. */
  int compare() {
    return Futex.compare(address, expected, address);
  }

  /** Whether FUTEX_WAIT or FUTEX_WAKE has fields that the kernel takes. */
  static boolean valid(PoolTask task) {
    boolean plain = task.len == 0 && task.opFlags == 0 && task.bufIndex == 0;
    boolean values = task.off >>> 32 == 0 && task.addr3 >>> 32 == 0 && task.addr3 != 0;
    return plain && task.fileIndex == 0 && values && validFlags(task.fd());
  }

  private static boolean validFlags(int flags) {
    return (flags & ~FLAGS) == 0 && (flags & Futex.FUTEX2_SIZE_U32) != 0;
  }

  /** The words of a FUTEX_WAIT or FUTEX_WAITV; none where the kernel answers with EINVAL. */
  static List<FutexWord> of(PoolTask task) {
    List<FutexWord> words = new ArrayList<>();
    if (task.arguments.structure() == null) {
      if (valid(task)) {
        words.add(new FutexWord(task, 0, task.addr, (int) task.off, task.fd()));
      }
      return words;
    }
    MemorySegment vector = MemorySegment.ofArray(task.arguments.structure());
    for (int i = 0; i < task.len; i++) {
      long at = (long) i * Futex.WAITV_SIZE;
      long value = vector.get(JAVA_LONG_UNALIGNED, at);
      int flags = vector.get(JAVA_INT_UNALIGNED, at + 16);
      if (!validFlags(flags) || vector.get(JAVA_INT_UNALIGNED, at + 20) != 0) {
        return List.of();
      }
      long address = vector.get(JAVA_LONG_UNALIGNED, at + 8);
      words.add(new FutexWord(task, i, address, (int) value, flags));
    }
    return words;
  }

  /** What the kernel answers at once, as -errno; 0 where it would wait. */
  static int check(List<FutexWord> words) {
    if (words.isEmpty()) {
      return -Errno.EINVAL;
    }
    for (FutexWord word : words) {
      int result = word.compare();
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
