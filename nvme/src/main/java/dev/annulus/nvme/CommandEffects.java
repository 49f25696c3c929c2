// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * Which commands a controller has, and what else they change (Commands Supported and Effects).
 * Immutable.
 *
 * <p>Source: NVM Express Base Specification 2.0, figures 210 and 211.
 */
public final class CommandEffects {
  private final byte[] data;

  CommandEffects(byte[] data) {
    this.data = data;
  }

  /**
   * An admin command.
   *
   * @param opcode 0 to 255
   * @return what it does
   */
  public Effect admin(int opcode) {
    return at(0, opcode);
  }

  /**
   * A command of the I/O queues.
   *
   * @param opcode 0 to 255
   * @return what it does
   */
  public Effect io(int opcode) {
    return at(LogPage.EFFECTS_IO, opcode);
  }

  private Effect at(int begin, int opcode) {
    if ((opcode & ~0xFF) != 0) {
      throw new IllegalArgumentException("opcode " + opcode + ": must be 0 to 255");
    }
    int word = LittleEndian.i32(data, begin + Integer.BYTES * opcode);
    return new Effect(
        (word & Effect.SUPPORTED) != 0,
        (word & Effect.BLOCKS) != 0,
        (word & Effect.NAMESPACE) != 0,
        (word & Effect.INVENTORY) != 0,
        (word & Effect.CONTROLLER) != 0,
        word >>> 16 & 7);
  }

  /**
   * What a command does beside its task.
   *
   * @param supported whether the controller has it (CSUPP)
   * @param blocks whether it may change blocks (LBCC)
   * @param namespace whether it may change what a namespace can do (NCC)
   * @param inventory whether it may change which namespaces there are (NIC)
   * @param controller whether it may change what the controller can do (CCC)
   * @param exclusion 0 none, 1 no other command of the namespace meanwhile, 2 of any namespace
   */
  public record Effect(
      boolean supported,
      boolean blocks,
      boolean namespace,
      boolean inventory,
      boolean controller,
      int exclusion) {
    static final int SUPPORTED = 1;
    static final int BLOCKS = 1 << 1;
    static final int NAMESPACE = 1 << 2;
    static final int INVENTORY = 1 << 3;
    static final int CONTROLLER = 1 << 4;
  }
}
