// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reset by register does not mend, one of the whole function may; and broken transports. */
@Timeout(60)
class EscalationTest {
  private static final long CAP = 63 | 1L << 24 | (long) Registers.CSS_NVM << 37;

  /** Says that it grants 16 queue pairs; stays as it is when it is told to stop, if wanted. */
  private static final class Stubborn extends ScriptedDevice {
    boolean stubborn;
    boolean broken;

    Stubborn() {
      super(CAP);
    }

    @Override
    int answer(int opcode, int nsid, long cdw10, java.lang.foreign.MemorySegment page) {
      return opcode == AdminOpcode.SET_FEATURES ? 15 << 16 | 15 : 0;
    }

    @Override
    public void writeInt(int register, int value) {
      if (!stubborn || register != Registers.CC) {
        super.writeInt(register, value);
      }
    }

    @Override
    public void reset() throws NvmeException {
      super.reset();
      stubborn = false;
      super.writeInt(Registers.CC, 0);
    }

    @Override
    public void submissionDoorbell(int queue, int tail) throws NvmeException {
      if (broken) {
        throw new NvmeException("the way to the device is broken");
      }
      super.submissionDoorbell(queue, tail);
    }
  }

  @Test
  void whatIgnoresItsRegistersIsResetFromOutside() throws Exception {
    Outcomes outcomes = new Outcomes();
    try (Stubborn device = new Stubborn();
        Controller controller = Controller.start(device, ControllerOptions.DEFAULT)) {
      QueuePair queue = controller.openQueuePair(8);
      queue.flush(-1, 1);
      queue.ring();
      device.stubborn = true;
      controller.reset();
      assertEquals(1, device.resets);
      assertEquals(1, queue.poll(outcomes, 8));
      outcomes.assertStatus(StatusCode.HOST_PATHING_ERROR, false, 1);
      Trouble.until("the queue", () -> queue.flush(-1, 2), queue::ring);
      Trouble.assertCounters(0, 1, 0, controller);
      controller.reset();
      queue.close(outcomes);
      assertEquals(2, outcomes.size());
    }
  }

  @Test
  void aBrokenWayToTheDeviceEndsWhatIsInFlight() throws Exception {
    Outcomes outcomes = new Outcomes();
    try (Stubborn device = new Stubborn()) {
      Controller controller = Controller.start(device, ControllerOptions.DEFAULT);
      QueuePair queue = controller.openQueuePair(8);
      queue.flush(-1, 1);
      device.broken = true;
      queue.ring();
      Trouble.until("the end", () -> outcomes.size() == 1, () -> queue.poll(outcomes, 8));
      assertEquals(StatusCode.HOST_PATHING_ERROR, StatusCode.of(outcomes.status(1)));
      Trouble.until("the failure", () -> controller.recoveries().failed(), () -> {});
      NvmeException e = assertThrows(NvmeException.class, queue::ring);
      assertTrue(e.getMessage().contains("the way to the device is broken"), e.getMessage());
      assertFalse(queue.flush(-1, 2));
      assertThrows(NvmeException.class, controller::close);
    }
  }
}
