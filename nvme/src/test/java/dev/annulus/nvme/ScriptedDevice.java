// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** A device that answers each admin command with what a test puts into its data page. */
class ScriptedDevice extends FakeDevice {
  private int head;
  private int completions;

  ScriptedDevice(long cap) {
    writeLong(Registers.CAP, cap);
  }

  /** Answers a command: fills the page, returns dword 0. */
  int answer(int opcode, int nsid, long cdw10, MemorySegment page) {
    return 0;
  }

  @Override
  public void writeInt(int register, int value) {
    super.writeInt(register, value);
    if (register == Registers.CC) {
      boolean enabled = (value & Registers.CC_EN) != 0;
      int shutdown = (value & Registers.CC_SHN_MASK) == 0 ? 0 : Registers.CSTS_SHST_COMPLETE;
      super.writeInt(Registers.CSTS, (enabled ? Registers.CSTS_RDY : 0) | shutdown);
      head = enabled ? head : 0;
      completions = enabled ? completions : 0;
    }
  }

  @Override
  public void submissionDoorbell(int queue, int tail) throws NvmeException {
    super.submissionDoorbell(queue, tail);
    int entries = (readInt(Registers.AQA) & 0xFFF) + 1;
    while (queue == 0 && head != tail) {
      MemorySegment sqe = at(readLong(Registers.ASQ)).asSlice((long) head * Sqe.SIZE, Sqe.SIZE);
      head = (head + 1) % entries;
      complete(sqe, entries);
    }
  }

  private void complete(MemorySegment sqe, int entries) {
    long first = sqe.get(JAVA_LONG, Sqe.CDW0_NSID);
    long prp1 = sqe.get(JAVA_LONG, Sqe.PRP1);
    MemorySegment page = prp1 == 0 ? null : at(prp1);
    int result =
        answer((int) first & 0xFF, (int) (first >>> 32), sqe.get(JAVA_LONG, Sqe.CDW10), page);
    int phase = completions / entries % 2 == 0 ? 1 : 0;
    MemorySegment cqe =
        at(readLong(Registers.ACQ)).asSlice((long) (completions % entries) * Cqe.SIZE, Cqe.SIZE);
    completions++;
    cqe.set(JAVA_LONG, Cqe.DW0, result & 0xFFFF_FFFFL);
    int id = (int) (first >>> 16) & 0xFFFF;
    cqe.set(JAVA_LONG, Cqe.STATUS_WORD, Cqe.word(head, 0, id, 0, phase));
  }
}
