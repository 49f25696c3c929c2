// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import org.junit.jupiter.api.Timeout;

/** The driver on VFIO; run by {@code ./dev guest}, where everything takes ten times as long. */
@Timeout(300)
class VfioContract extends ControllerContract {
  /** Of 64 MiB. */
  @Override
  long blocks() {
    return 131_072;
  }

  @Override
  boolean shadowDoorbells() {
    return true;
  }

  @Override
  Transport open() throws Exception {
    Transport transport = VfioGuest.open();
    try (Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(4)) {
      Outcomes outcomes = new Outcomes();
      for (int i = 0; i < 2; i++) {
        queue.writeZeroes(1, i * 65_536L, 65_536, i);
      }
      Setup.finish(queue, outcomes);
      outcomes.assertOk(0);
      outcomes.assertOk(1);
    }
    return transport;
  }
}
