// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ring.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ModelRegistersTest {
  private static final int GOOD = Registers.CC_IOSQES_64 | Registers.CC_IOCQES_16 | Registers.CC_EN;

  private final ModelController model =
      ModelController.builder().namespace(Backing.memory(1 << 20), 512).doorbellStride(3).build();

  @AfterEach
  void stop() {
    model.close();
  }

  private int enable(int cc, long asq, int aqa) throws NvmeException {
    DmaBuffer queues = model.dma().allocate(8192, 4096);
    model.writeInt(Registers.AQA, aqa);
    model.writeLong(Registers.ASQ, asq < 0 ? queues.iova() : asq);
    model.writeLong(Registers.ACQ, queues.iova() + 4096);
    model.writeInt(Registers.CC, cc);
    int status = model.readInt(Registers.CSTS);
    model.writeInt(Registers.CC, 0);
    assertEquals(0, model.readInt(Registers.CSTS), "disabled");
    return status;
  }

  @Test
  void enablesWithWhatItSupports() throws Exception {
    int aqa = Registers.adminQueues(16, 16);
    assertEquals(Registers.CSTS_RDY, enable(GOOD, -1, aqa));
    assertEquals(Registers.CSTS_CFS, enable(GOOD, 0x1000, aqa), "ASQ not mapped");
    assertEquals(Registers.CSTS_CFS, enable(GOOD, (1L << 32) + 8, aqa), "ASQ not aligned");
    assertEquals(Registers.CSTS_CFS, enable(GOOD, -1, 0), "queues of one entry");
    assertEquals(Registers.CSTS_CFS, enable(GOOD | 5 << 7, -1, aqa), "pages of 128 KiB");
    assertEquals(Registers.CSTS_CFS, enable(GOOD | 6 << 4, -1, aqa), "command sets");
    assertEquals(Registers.CSTS_CFS, enable(GOOD | 1 << 11, -1, aqa), "arbitration");
    assertEquals(Registers.CSTS_CFS, enable(GOOD & ~Registers.CC_IOSQES_64, -1, aqa), "entry size");
    assertEquals(Registers.CSTS_RDY, enable(GOOD, -1, aqa), "and good again");
  }

  @Test
  void registersOf64BitsHaveHalves() {
    long cap = model.readLong(Registers.CAP);
    assertEquals((int) cap, model.readInt(Registers.CAP));
    assertEquals((int) (cap >>> 32), model.readInt(Registers.CAP + 4));
    model.writeInt(Registers.ASQ, 0x8765_4000);
    model.writeInt(Registers.ASQ + 4, 0x1234);
    assertEquals(0x1234_8765_4000L, model.readLong(Registers.ASQ));
    model.writeLong(Registers.ACQ, 0x9_8765_4000L);
    assertEquals(9, model.readInt(Registers.ACQ + 4));
    assertEquals(0x8765_4000, model.readInt(Registers.ACQ));
    model.writeInt(Registers.CAP, 0);
    assertEquals(cap, model.readLong(Registers.CAP), "read-only");
    model.writeInt(Registers.NSSR, Registers.NSSR_MAGIC);
    assertEquals(0, model.readInt(0xF00), "nothing there");
  }

  @Test
  void doorbellsAreRegistersToo() throws Exception {
    try (Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(8)) {
      queue.flush(1, 5);
      // Two doorbells a queue, 4 << 3 bytes apart.
      model.writeInt(Registers.DOORBELLS + 2 * 32, 1);
      Outcomes outcomes = new Outcomes();
      assertEquals(1, queue.poll(outcomes, 8));
      outcomes.assertOk(5);
      queue.ring();
    }
  }

  @Test
  void doorbellsOfADisabledControllerAreIgnored() {
    model.submissionDoorbell(0, 1);
    model.completionDoorbell(0, 1);
    model.submissionDoorbell(-1, 1);
    assertEquals(0, model.readInt(Registers.CSTS));
  }

  @Test
  void maskedVectorsWait() throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
    try (Controller controller = Controller.start(model, options);
        QueuePair queue = controller.openQueuePair(8)) {
      int fd = queue.interruptFd();
      model.writeInt(Registers.INTMS, 1 << queue.id());
      queue.flush(1, 1);
      queue.ring();
      assertEquals(-Errno.EAGAIN, Events.drain(fd));
      assertEquals(1 << queue.id(), model.readInt(Registers.INTMS));
      model.writeInt(Registers.INTMC, 1 << queue.id());
      assertEquals(0, Events.drain(fd));
      assertEquals(-Errno.EAGAIN, Events.drain(fd));
      assertEquals(1, queue.poll(new Outcomes(), 8));
      assertThrows(IllegalArgumentException.class, () -> model.interruptFd(99));
    }
  }

  @Test
  void aBatchRaisesOneInterrupt() throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
    try (Controller controller = Controller.start(model, options);
        QueuePair queue = controller.openQueuePair(64)) {
      for (int i = 0; i < 40; i++) {
        queue.flush(1, i);
      }
      queue.ring();
      assertEquals(0, Events.drain(queue.interruptFd()));
      assertEquals(-Errno.EAGAIN, Events.drain(queue.interruptFd()));
      assertEquals(40, queue.poll(new Outcomes(), 64));
    }
  }

  @Test
  void shutdownEndsWork() throws Exception {
    Handshake handshake = new Handshake(model);
    CommandQueue admin = new CommandQueue(model, 0, 8, 4096, 12);
    handshake.enable(admin);
    handshake.shutdown(0);
    assertTrue((model.readInt(Registers.CSTS) & Registers.CSTS_SHST_COMPLETE) != 0);
    admin.submit(AdminOpcode.GET_FEATURES, 0, Feature.ARBITRATION, 0, 0, 0, 0, 1);
    admin.ring();
    assertEquals(0, admin.poll(new Outcomes(), 8));
    handshake.disable();
    assertEquals(0, model.readInt(Registers.CSTS));
  }
}
