// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A device of which a test plays the part: registers that hold what was set, memory, no commands.
 */
class FakeDevice implements Transport, DmaMemory {
  final Map<Integer, Long> registers = new HashMap<>();
  final List<Integer> tails = new ArrayList<>();
  final List<Integer> heads = new ArrayList<>();
  final Map<Long, MemorySegment> memory = new HashMap<>();
  int resets;
  private final Arena arena = Arena.ofShared();
  private long next = 0x10_0000;

  /** The segment that an address lies in, from there on. */
  MemorySegment at(long iova) {
    return memory.entrySet().stream()
        .filter(each -> iova >= each.getKey())
        .filter(each -> iova < each.getKey() + each.getValue().byteSize())
        .map(each -> each.getValue().asSlice(iova - each.getKey()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing at IOVA " + Long.toHexString(iova)));
  }

  /** A field of the entry in a slot of a submission queue. */
  long sqe(CommandQueue queue, int slot, int field) {
    return at(queue.sqIova()).get(JAVA_LONG, (long) slot * Sqe.SIZE + field);
  }

  /** The command identifier in a slot of a submission queue. */
  int commandId(CommandQueue queue, int slot) {
    return (int) (sqe(queue, slot, Sqe.CDW0_NSID) >>> 16) & 0xFFFF;
  }

  /** Writes a completion, whatever the driver may think of it. */
  void complete(CommandQueue queue, int slot, long word, long result) {
    MemorySegment cq = at(queue.cqIova());
    cq.set(JAVA_LONG, (long) slot * Cqe.SIZE, result);
    cq.set(JAVA_LONG, (long) slot * Cqe.SIZE + Cqe.STATUS_WORD, word);
  }

  @Override
  public int readInt(int register) {
    return (int) (long) registers.getOrDefault(register, 0L);
  }

  @Override
  public long readLong(int register) {
    return registers.getOrDefault(register, 0L);
  }

  @Override
  public void writeInt(int register, int value) {
    registers.put(register, value & 0xFFFF_FFFFL);
  }

  @Override
  public void writeLong(int register, long value) {
    registers.put(register, value);
  }

  @Override
  public void submissionDoorbell(int queue, int tail) throws NvmeException {
    tails.add(tail);
  }

  @Override
  public void completionDoorbell(int queue, int head) {
    heads.add(head);
  }

  @Override
  public DmaMemory dma() {
    return this;
  }

  @Override
  public int interruptVectors() {
    return 0;
  }

  @Override
  public int interruptFd(int vector) {
    return -1;
  }

  @Override
  public void reset() throws NvmeException {
    resets++;
    registers.remove(Registers.CC);
    registers.remove(Registers.CSTS);
  }

  @Override
  public DmaBuffer allocate(long bytes, long alignment) {
    long iova = (next + alignment - 1) & -alignment;
    next = iova + bytes;
    DmaBuffer buffer = new DmaBuffer(arena.allocate(bytes, alignment), iova);
    memory.put(iova, buffer.memory());
    return buffer;
  }

  @Override
  public void free(DmaBuffer buffer) {
    if (memory.remove(buffer.iova()) == null) {
      throw new IllegalArgumentException("freed twice");
    }
  }

  @Override
  public long map(MemorySegment segment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unmap(long iova) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    arena.close();
  }
}
