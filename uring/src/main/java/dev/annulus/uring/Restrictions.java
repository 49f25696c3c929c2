// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a ring will be allowed to do, for ever: operations, flags of entries, registrations. All
 * else is then refused by the kernel, entries with {@code -EACCES}. Empty in the beginning.
 *
 * <pre>{@code
 * KernelRing ring = KernelRing.open(RingOptions.DEFAULT.with(SetupFlag.R_DISABLED));
 * ring.registrations().files().table(16);
 * ring.registrations().restrict(
 *     new Restrictions().allow(Opcode.READ, Opcode.WRITE).require(SqEntry.IOSQE_FIXED_FILE));
 * ring.registrations().enable();
 * }</pre>
 *
 * <p>For one thread. Source: {@code io_uring_register(2)}, {@code IORING_REGISTER_RESTRICTIONS}.
 */
public final class Restrictions {
  private static final int IORING_RESTRICTION_REGISTER_OP = 0;
  private static final int IORING_RESTRICTION_SQE_OP = 1;
  private static final int IORING_RESTRICTION_SQE_FLAGS_ALLOWED = 2;
  private static final int IORING_RESTRICTION_SQE_FLAGS_REQUIRED = 3;

  /** {@code struct io_uring_restriction}: opcode u16, value u8, 13 bytes reserved. */
  private static final int SIZE = 16;

  private static final int MOST = 255;

  private final BitSet opcodes = new BitSet();
  private int allowed;
  private int required;

  /** Closing a ring needs these, and they give no power but over the ring itself. */
  private final Set<RegisterOp> registrations =
      EnumSet.of(RegisterOp.UNREGISTER_RING_FDS, RegisterOp.REGISTER_SYNC_CANCEL);

  /** Begins with nothing allowed. */
  public Restrictions() {}

  /**
   * Allows operations.
   *
   * @param codes constants of {@link dev.annulus.ring.Opcode}, 0 to 255
   * @return this
   * @throws IllegalArgumentException where one is out of range
   */
  public Restrictions allow(int... codes) {
    for (int code : codes) {
      opcodes.set(inByte("opcode", code));
    }
    return this;
  }

  /**
   * Allows registrations.
   *
   * @param ops which
   * @return this
   */
  public Restrictions allow(RegisterOp... ops) {
    registrations.addAll(Set.of(ops));
    return this;
  }

  /**
   * Allows flags of entries.
   *
   * @param flags {@code IOSQE_*} bits
   * @return this
   * @throws IllegalArgumentException where they are out of range
   */
  public Restrictions allowFlags(int flags) {
    allowed |= inByte("flags", flags);
    return this;
  }

  /**
   * Requires flags of every entry, such as {@code IOSQE_FIXED_FILE}: then none reaches any file but
   * the registered ones.
   *
   * @param flags {@code IOSQE_*} bits
   * @return this
   * @throws IllegalArgumentException where they are out of range
   */
  public Restrictions requireFlags(int flags) {
    required |= inByte("flags", flags);
    return this;
  }

  private static int inByte(String what, int value) {
    if (value < 0 || value > MOST) {
      throw new IllegalArgumentException(what + " " + value + ": must be 0 to " + MOST);
    }
    return value;
  }

  /** How many structures that is. */
  int count() {
    return opcodes.cardinality() + registrations.size() + 2;
  }

  /** The structures. */
  MemorySegment write(Arena arena) {
    MemorySegment list = arena.allocate((long) SIZE * count(), 8);
    put(list, 0, IORING_RESTRICTION_SQE_FLAGS_ALLOWED, allowed);
    put(list, 1, IORING_RESTRICTION_SQE_FLAGS_REQUIRED, required);
    int i = 2;
    for (RegisterOp op : registrations) {
      put(list, i++, IORING_RESTRICTION_REGISTER_OP, op.number());
    }
    for (int code = opcodes.nextSetBit(0); code >= 0; code = opcodes.nextSetBit(code + 1)) {
      put(list, i++, IORING_RESTRICTION_SQE_OP, code);
    }
    return list;
  }

  private static void put(MemorySegment list, int index, int kind, int value) {
    list.set(JAVA_SHORT, (long) SIZE * index, (short) kind);
    list.set(JAVA_BYTE, (long) SIZE * index + 2, (byte) value);
  }
}
