// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** The command that the model works on: a private copy of its entry, each word read once. */
final class ModelCommand {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private static final int PSDT_MASK = 3 << 14;

  /** The queue it came from. */
  ModelSq queue;

  int opcode;
  int id;
  int nsid;
  long mptr;
  long prp1;
  long prp2;

  /** Command dwords 10 and 11. */
  long cdw10;

  /** Command dwords 12 and 13. */
  long cdw12;

  /** Command dwords 14 and 15. */
  long cdw14;

  /** Dwords 0 and 1 of the completion; 0 unless the command sets it. */
  long result;

  private int flags;

  /** Reads an entry, plainly: the doorbell's acquire made it visible. */
  void load(ModelSq from, MemorySegment memory, long at) {
    queue = from;
    long first = (long) LONG.get(memory, at + Sqe.CDW0_NSID);
    opcode = (int) first & 0xFF;
    flags = (int) first & Sqe.FLAGS_MASK;
    id = (int) (first >>> 16) & 0xFFFF;
    nsid = (int) (first >>> 32);
    mptr = (long) LONG.get(memory, at + Sqe.MPTR);
    prp1 = (long) LONG.get(memory, at + Sqe.PRP1);
    prp2 = (long) LONG.get(memory, at + Sqe.PRP2);
    cdw10 = (long) LONG.get(memory, at + Sqe.CDW10);
    cdw12 = (long) LONG.get(memory, at + Sqe.CDW12);
    cdw14 = (long) LONG.get(memory, at + Sqe.CDW14);
    result = 0;
  }

  /** Whether it is neither fused nor uses SGLs. */
  boolean plain() {
    return flags == 0;
  }

  /** Whether its data is described by an SGL. */
  boolean sgl() {
    return (flags & PSDT_MASK) == Sgl.PSDT;
  }

  /** FUSE, where {@link Sqe} has it; 0 for a command by itself. */
  int fuse() {
    return flags & Sqe.FUSE_MASK;
  }

  /** Whether, fused or not, it uses SGLs only where they are understood. */
  boolean plain(boolean sgls) {
    int others = flags & ~Sqe.FUSE_MASK;
    return others == 0 || sgls && others == Sgl.PSDT;
  }

  int cdw10Low() {
    return (int) cdw10;
  }

  int cdw11() {
    return (int) (cdw10 >>> 32);
  }

  int cdw12Low() {
    return (int) cdw12;
  }

  int cdw13() {
    return (int) (cdw12 >>> 32);
  }
}
