// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.annulus.ffi.Uring;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Which opcodes a kernel executes: {@code IORING_REGISTER_PROBE}. {@code struct io_uring_probe}:
 * last opcode u8, number u8, then from 16 on eight bytes each: op u8, reserved u8, flags u16.
 */
final class OpcodeProbe {
  private static final int IORING_REGISTER_PROBE = 8;
  private static final int IO_URING_OP_SUPPORTED = 1;
  private static final int OPS = 256;
  private static final int HEADER = 16;
  private static final int OP_SIZE = 8;

  private final BitSet supported;

  private OpcodeProbe(BitSet supported) {
    this.supported = supported;
  }

  static OpcodeProbe of(int ring, Arena arena) throws ErrnoException {
    MemorySegment probe = arena.allocate(HEADER + OPS * OP_SIZE, 8);
    int told = Uring.register(ring, IORING_REGISTER_PROBE, probe, OPS);
    if (told < 0) {
      throw new ErrnoException(
          "io_uring_register(IORING_REGISTER_PROBE)", -told, Refusal.reason(-told));
    }
    BitSet supported = new BitSet(OPS);
    int count = probe.get(JAVA_BYTE, 1) & 0xff;
    for (int i = 0; i < count; i++) {
      long at = HEADER + (long) i * OP_SIZE;
      if ((probe.get(JAVA_SHORT, at + 2) & IO_URING_OP_SUPPORTED) != 0) {
        supported.set(probe.get(JAVA_BYTE, at) & 0xff);
      }
    }
    Older.hidden().opcodes().forEach(supported::clear);
    return new OpcodeProbe(supported);
  }

  boolean supports(int opcode) {
    return opcode >= 0 && supported.get(opcode);
  }

  BitSet opcodes() {
    return (BitSet) supported.clone();
  }
}
