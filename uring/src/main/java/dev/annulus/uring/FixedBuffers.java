// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * A kernel ring's table of registered buffers, for {@link dev.annulus.uring.op.ReadFixed} and its
 * kin: the kernel pins their pages once, not for each operation.
 *
 * <p>For the ring's owner. Memory must stay allocated until it is registered no more, or the ring
 * is closed; this holds on to it against collection. Source: {@code io_uring_register(2)}, {@code
 * io_uring_registered_buffers(7)}, {@code io_uring_register_clone_buffers(3)}.
 */
public final class FixedBuffers {
  private static final int IORING_REGISTER_DST_REPLACE = 1 << 1;

  /** {@code struct io_uring_rsrc_update2}. */
  private static final int UPDATE = 32;

  private static final int CLONE = 32;
  private static final int IOVEC = 16;

  /** {@code IORING_MAX_REG_BUFFERS}. */
  private static final int MOST = 1 << 14;

  private final Register register;

  /** By place. */
  private final Map<Integer, MemorySegment> held = new HashMap<>();

  private boolean has;

  FixedBuffers(Register register) {
    this.register = register;
  }

  /**
   * Registers buffers, in place of those before.
   *
   * @param buffers native memory; none to have no table
   * @throws ErrnoException where the kernel refuses, ENOMEM where the memlock limit is too small
   * @throws IllegalArgumentException where a buffer is not native, or there are more than 16384
   */
  public void table(MemorySegment... buffers) throws ErrnoException {
    register.check();
    Register.requireNative(buffers);
    checkCount(buffers.length);
    drop();
    if (buffers.length == 0) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      register.call(
          RegisterOp.REGISTER_BUFFERS, vectors(buffers, arena), buffers.length, "one is too large");
    }
    has = true;
    hold(0, buffers, buffers.length);
  }

  private void drop() throws ErrnoException {
    if (has) {
      register.end(RegisterOp.UNREGISTER_BUFFERS);
      has = false;
      held.clear();
    }
  }

  /**
   * Makes a table of empty places, in place of the one before.
   *
   * @param places 1 to 16384
   * @throws ErrnoException where the kernel refuses
   * @throws IllegalArgumentException where that is out of range
   */
  public void sparse(int places) throws ErrnoException {
    Register.checkPlace(0, places);
    checkCount(places);
    drop();
    register.sparse(RegisterOp.REGISTER_BUFFERS2, places);
    has = true;
  }

  /**
   * Puts buffers into places that follow each other. One that was there before is let go when no
   * operation uses it any more.
   *
   * @param place the first
   * @param buffers native memory, or {@link MemorySegment#NULL} to empty a place
   * @throws ErrnoException where a place is not in the table, there is none (ENXIO), or a buffer
   *     cannot be registered: those before it are in place then
   * @throws IllegalArgumentException where a buffer is not native memory
   */
  public void put(int place, MemorySegment... buffers) throws ErrnoException {
    Register.checkPlace(place, buffers.length);
    Register.requireNative(buffers);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment vectors = vectors(buffers, arena);
      MemorySegment update = arena.allocate(UPDATE, 8); // offset, resv u32, data, tags u64, nr u32
      int done = 0;
      while (done < buffers.length) {
        update.set(JAVA_INT, 0, place + done);
        update.set(JAVA_LONG, 8, vectors.address() + (long) IOVEC * done);
        update.set(JAVA_INT, 24, buffers.length - done);
        int put =
            register.call(
                RegisterOp.REGISTER_BUFFERS_UPDATE, update, UPDATE, "a place is beyond the table");
        hold(place, buffers, done + put);
        done += put;
      }
    }
  }

  /**
   * Registers all buffers of another ring here too, in the same places, without pinning them again.
   * They stay registered here when they are not there any more.
   *
   * @param ring descriptor of the other ring, {@link KernelRing#fd}
   * @throws ErrnoException where that has none (ENXIO), or this ring has some (EBUSY); EINVAL
   *     before Linux 6.12
   */
  public void cloneFrom(int ring) throws ErrnoException {
    copy(ring, 0, 0, 0, 0);
  }

  /**
   * Registers some buffers of another ring here too, in place of those that are in those places.
   * What else the table has, stays.
   *
   * @param ring descriptor of the other ring, {@link KernelRing#fd}
   * @param from first place there
   * @param to first place here
   * @param count how many, at least 1
   * @throws ErrnoException where the other table is shorter; EINVAL before Linux 6.13
   */
  public void cloneFrom(int ring, int from, int to, int count) throws ErrnoException {
    Register.checkPlace(from, count);
    Register.checkPlace(to, count);
    copy(ring, from, to, count, IORING_REGISTER_DST_REPLACE);
  }

  private void copy(int ring, int from, int to, int count, int flags) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(CLONE, 8); // src_fd, flags, src_off, dst_off, nr: u32
      int[] fields = {ring, flags, from, to, count};
      MemorySegment.copy(fields, 0, copy, JAVA_INT, 0, fields.length);
      register.call(
          RegisterOp.REGISTER_CLONE_BUFFERS, copy, 1, "descriptor " + ring + " is not a ring's");
    }
    has = true;
  }

  private void hold(int place, MemorySegment[] buffers, int count) {
    for (int i = 0; i < count; i++) {
      held.put(place + i, buffers[i]);
    }
  }

  private static MemorySegment vectors(MemorySegment[] buffers, Arena arena) {
    MemorySegment vectors = arena.allocate((long) IOVEC * buffers.length, 8);
    for (int i = 0; i < buffers.length; i++) {
      vectors.set(JAVA_LONG, (long) i * IOVEC, buffers[i].address());
      vectors.set(JAVA_LONG, (long) i * IOVEC + 8, buffers[i].byteSize());
    }
    return vectors;
  }

  private static void checkCount(int count) {
    if (count > MOST) {
      throw new IllegalArgumentException(count + " buffers: at most " + MOST);
    }
  }
}
