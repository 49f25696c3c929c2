// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two submission queues into one short completion queue, which our driver never has. */
@Timeout(30)
class ModelStallTest {
  private static final int SQ_ENTRIES = 64;
  private static final int CQ_ENTRIES = 4;

  private MemorySegment cq;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsForRoomAndGoesOn(boolean threaded) throws Exception {
    ModelBuilder builder = ModelController.builder().namespace(Backing.memory(1 << 20), 512);
    try (ModelController model = builder.threaded(threaded).build()) {
      Handshake handshake = new Handshake(model);
      AdminQueue admin = new AdminQueue(model, handshake, 5_000);
      handshake.enable(admin.queue());
      DmaBuffer memory = model.dma().allocate(4 * 4096, 4096);
      cq = memory.memory();
      create(admin, AdminOpcode.CREATE_CQ, 1, CQ_ENTRIES, memory.iova(), 1);
      create(admin, AdminOpcode.CREATE_SQ, 1, SQ_ENTRIES, memory.iova() + 4096, 1 << 16 | 1);
      create(admin, AdminOpcode.CREATE_SQ, 2, SQ_ENTRIES, memory.iova() + 8192, 1 << 16 | 1);
      for (int i = 0; i < SQ_ENTRIES; i++) {
        for (int queue = 1; queue <= 2; queue++) {
          long flush = NvmOpcode.FLUSH | (long) i << 16 | 1L << 32;
          cq.set(JAVA_LONG, queue * 4096L + (long) i * Sqe.SIZE, flush);
        }
      }
      model.submissionDoorbell(1, 40);
      model.submissionDoorbell(2, 50);
      int[] next = new int[3];
      for (int consumed = 0; consumed < 90; ) {
        int posted = Math.min(CQ_ENTRIES - 1, 90 - consumed);
        awaitPosted(consumed, posted);
        for (int i = 0; i < posted; i++, consumed++) {
          long word = word(consumed);
          assertEquals(next[Cqe.sqId(word)]++, Cqe.commandId(word), "each once, in order");
        }
        model.completionDoorbell(1, consumed % CQ_ENTRIES);
      }
      assertEquals(40, next[1]);
      assertEquals(50, next[2]);
    }
  }

  private static void create(
      AdminQueue admin, int opcode, int id, int entries, long iova, int cdw11)
      throws NvmeException {
    admin.execute(opcode, 0, (entries - 1L) << 16 | id | (long) cdw11 << 32, iova, "Create", "");
  }

  private long word(int index) {
    long at = (long) (index % CQ_ENTRIES) * Cqe.SIZE + Cqe.STATUS_WORD;
    return (long) JAVA_LONG.varHandle().getAcquire(cq, at);
  }

  private boolean posted(int index) {
    return Cqe.phase(word(index)) == (index / CQ_ENTRIES % 2 == 0 ? 1 : 0);
  }

  /** Waits for just so many completions: one more would overwrite what was not read yet. */
  private void awaitPosted(int first, int number) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!posted(first + number - 1)) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the model stalls at completion " + first);
      }
      Thread.onSpinWait();
    }
    assertEquals(false, posted(first + number), "the completion queue overflows");
  }
}
