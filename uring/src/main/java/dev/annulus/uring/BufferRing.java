// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * A group of provided buffers: the kernel takes one when data is there, so that a thousand idle
 * connections hold none. Operations with {@code IOSQE_BUFFER_SELECT} name the group.
 *
 * <p>All buffers have one size, and numbers from 0. {@link #give} hands one to the kernel, {@link
 * #publish} makes that known; the flags of a completion say which was taken ({@link #id}), and it
 * is ours until given again. In the beginning, all are ours.
 *
 * <p>Incremental groups (Linux 6.12) do not use a buffer up with one completion: the next data
 * follows in it, until a completion without {@code IORING_CQE_F_BUF_MORE}.
 *
 * <p>For the ring's owner. Nothing is allocated by giving and taking. Source: {@code
 * io_uring_provided_buffers(7)}, {@code io_uring_register_buf_ring(3)}.
 */
public final class BufferRing implements AutoCloseable {
  private static final int IOU_PBUF_RING_INC = 2;
  private static final int MOST_BUFFERS = 1 << 15;
  private static final int MOST_GROUP = (1 << 16) - 1;

  /** {@code struct io_uring_buf_reg}: ring_addr u64, ring_entries u32, bgid u16, flags u16. */
  private static final int BUF_REG = 40;

  /** {@code struct io_uring_buf_status}: buf_group u32, head u32. */
  private static final int BUF_STATUS = 40;

  /** {@code struct io_uring_buf}: addr u64, len u32, bid u16, resv u16. */
  private static final int BUF = 16;

  /** {@code tail} of {@code struct io_uring_buf_ring}: in the first buffer's reserved field. */
  private static final int TAIL = 14;

  private static final int PAGE = 4096;
  private static final VarHandle SHORT = JAVA_SHORT.varHandle();

  private final Register register;
  private final int group;
  private final MemorySegment memory;
  private final int size;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment ring;
  private final int mask;

  /** Numbers of buffers in the order in which the kernel takes them, and where in that each is. */
  private final int[] order;

  private final int[] position;

  /** Of incremental ones: how much of each was used up. */
  private final int[] used;

  private int tail;
  private boolean closed;

  private BufferRing(Register register, int group, MemorySegment memory, int size) {
    this.register = register;
    this.group = group;
    this.memory = memory;
    this.size = size;
    int count = (int) (memory.byteSize() / size);
    mask = count - 1;
    order = new int[count];
    position = new int[count];
    used = new int[count];
    ring = arena.allocate(Math.max((long) BUF * count, PAGE), PAGE);
  }

  /**
   * Registers a group.
   *
   * @param ring for operations of this ring
   * @param group its number, 0 to 65535
   * @param memory the buffers, side by side: native, and kept alive until the group is closed and
   *     its operations are complete
   * @param size bytes of each buffer; there must be a power of two of them, at most 32768
   * @param incremental whether a buffer is used up by several completions
   * @return the group, with no buffer given
   * @throws ErrnoException EEXIST where the group exists; EINVAL before Linux 5.19, for incremental
   *     ones before 6.12
   * @throws IllegalArgumentException where a number is out of range, or the memory is on the heap
   */
  public static BufferRing register(
      KernelRing ring, int group, MemorySegment memory, int size, boolean incremental)
      throws ErrnoException {
    Register.requireNative(memory);
    long count = size < 1 ? 0 : memory.byteSize() / size;
    if (Long.bitCount(count) != 1 || count > MOST_BUFFERS || count * size != memory.byteSize()) {
      throw new IllegalArgumentException(
          memory.byteSize() + " bytes of " + size + ": must be a power of two of them, to 32768");
    }
    if (group < 0 || group > MOST_GROUP) {
      throw new IllegalArgumentException("group " + group + ": must be 0 to " + MOST_GROUP);
    }
    BufferRing made = new BufferRing(ring.registrations().register(), group, memory, size);
    boolean done = false;
    try {
      made.register(incremental ? IOU_PBUF_RING_INC : 0);
      done = true;
    } finally {
      if (!done) {
        made.arena.close();
      }
    }
    return made;
  }

  private void register(int flags) throws ErrnoException {
    call(RegisterOp.REGISTER_PBUF_RING, ring.address(), mask + 1, flags);
  }

  private void call(RegisterOp op, long address, int count, int flags) throws ErrnoException {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment reg = local.allocate(BUF_REG, 8);
      reg.set(JAVA_LONG, 0, address);
      reg.set(JAVA_INT, 8, count);
      reg.set(JAVA_SHORT, 12, (short) group);
      reg.set(JAVA_SHORT, 14, (short) flags);
      register.call(op, reg, 1, "than 6.12, for incremental ones");
    }
  }

  /** Twice, where it must be: while the kernel has the ring, its memory must not be freed. */
  private void unregister() throws ErrnoException {
    try {
      call(RegisterOp.UNREGISTER_PBUF_RING, 0, 0, 0);
    } catch (ErrnoException e) {
      call(RegisterOp.UNREGISTER_PBUF_RING, 0, 0, 0);
    }
  }

  /**
   * A buffer's memory.
   *
   * @param id 0 to count - 1
   * @return all of it; the owner's only while it is not given
   */
  public MemorySegment buffer(int id) {
    return memory.asSlice((long) Objects.checkIndex(id, mask + 1) * size, size);
  }

  /**
   * Which buffer a completion used; with bundles, the first of several.
   *
   * @param flags the completion's
   * @return its number
   * @throws IllegalArgumentException where it used none
   */
  public static int id(int flags) {
    if ((flags & CqEntry.IORING_CQE_F_BUFFER) == 0) {
      throw new IllegalArgumentException("this completion used no buffer");
    }
    return flags >>> CqEntry.IORING_CQE_BUFFER_SHIFT;
  }

  /**
   * Where the data of a completion begins in its buffer: 0 but for incremental groups. To be asked
   * once for each completion, in their order, since that is what the kernel's own count is moved
   * by.
   *
   * @param flags the completion's
   * @param result the completion's, bytes
   * @return offset in {@link #buffer}
   */
  public int begin(int flags, int result) {
    int id = id(flags);
    int begin = used[id];
    used[id] = (flags & CqEntry.IORING_CQE_F_BUF_MORE) != 0 ? begin + result : 0;
    return begin;
  }

  /**
   * The buffer that the kernel takes after another: a bundle uses them one after the other.
   *
   * @param id of a buffer that was given
   * @return that of the one given next
   */
  public int after(int id) {
    return order[position[id] + 1 & mask];
  }

  /**
   * Gives a buffer to the kernel; it is taken only after {@link #publish}.
   *
   * @param id of a buffer that is ours
   */
  public void give(int id) {
    give(id, size);
  }

  /**
   * Gives the beginning of a buffer: to send what is in it.
   *
   * @param id of a buffer that is ours
   * @param length bytes of it, 1 to the size
   * @throws IllegalArgumentException where it is not so long
   */
  public void give(int id, int length) {
    Objects.checkIndex(id, mask + 1);
    if (length < 1 || length > size) {
      throw new IllegalArgumentException(length + " bytes of a buffer: 1 to " + size);
    }
    int place = tail++ & mask;
    order[place] = id;
    position[id] = place;
    long at = (long) place * BUF; // by fields: the first buffer's reserved one is the tail
    ring.set(JAVA_LONG, at, memory.address() + (long) id * size);
    ring.set(JAVA_INT, at + 8, length);
    ring.set(JAVA_SHORT, at + 12, (short) id);
  }

  /** Makes known what was given. */
  public void publish() {
    // Release: the buffers' fields come before; pairs with the kernel's smp_load_acquire of it.
    SHORT.setRelease(ring, TAIL, (short) tail);
  }

  /**
   * How many buffers the kernel has taken of all that were ever given.
   *
   * @return the low 16 bits of that
   * @throws ErrnoException EINVAL before Linux 6.8
   */
  public int head() throws ErrnoException {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment status = local.allocate(BUF_STATUS, 8);
      status.set(JAVA_INT, 0, group);
      register.call(RegisterOp.REGISTER_PBUF_STATUS, status, 1, "the group is not a ring");
      return status.get(JAVA_INT, 4);
    }
  }

  /**
   * Ends the group. What it gave out is touched until its operations are complete.
   *
   * @throws IllegalStateException where the kernel refuses
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (!register.isClosed()) {
        unregister();
      }
    } catch (ErrnoException e) {
      throw new IllegalStateException("the kernel does not give back the buffers", e);
    }
    closed = true;
    arena.close();
  }
}
