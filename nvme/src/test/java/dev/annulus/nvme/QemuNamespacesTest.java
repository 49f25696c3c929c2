// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Namespaces of every kind that QEMU has: what can be used works, and else it is said why not. */
@Timeout(120)
class QemuNamespacesTest {
  private static final long DISK = 4 << 20;

  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  private static void assertTold(Controller controller, int namespaces) throws NvmeException {
    List<Integer> usable = controller.namespaces().stream().map(Namespace::nsid).toList();
    for (int nsid = 1; nsid <= namespaces; nsid++) {
      int each = nsid;
      if (!usable.contains(nsid)) {
        NvmeException e = assertThrows(NvmeException.class, () -> controller.namespace(each));
        assertTrue(e.getMessage().startsWith("namespace " + nsid + ": "), e::getMessage);
        assertTrue(!e.getMessage().contains("no such"), e::getMessage);
      }
    }
  }

  @Test
  void blocksOfEverySize() throws Exception {
    try (Transport transport =
            Qemu.namespaces(
                DISK,
                "",
                "logical_block_size=1024,physical_block_size=4096",
                "logical_block_size=4096,physical_block_size=4096");
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(16)) {
      List<Integer> sizes = controller.namespaces().stream().map(Namespace::blockSize).toList();
      assertEquals(List.of(512, 1024, 4096), sizes);
      DmaBuffer buffer = controller.dma().allocate(8 * 4096, 4096);
      Outcomes outcomes = new Outcomes();
      for (Namespace each : controller.namespaces()) {
        buffer.memory().set(JAVA_LONG, 0, each.nsid());
        assertEquals(DISK, each.size());
        assertTrue(queue.write(each.nsid(), each.blocks() - 1, 1, buffer.iova(), each.nsid()));
        Setup.finish(queue, outcomes);
      }
      for (Namespace each : controller.namespaces()) {
        int token = 100 + each.nsid();
        assertTrue(queue.read(each.nsid(), each.blocks() - 1, 1, buffer.iova(), token));
        Setup.finish(queue, outcomes);
        outcomes.assertOk(token);
        assertEquals(each.nsid(), buffer.memory().get(JAVA_LONG, 0));
      }
    }
  }

  @Test
  void metadata() throws Exception {
    try (Transport transport = Qemu.withMetadata(DISK);
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT)) {
      assertEquals(512, controller.namespace(1).blockSize());
      assertTold(controller, 9);
    }
  }

  @Test
  void zones() throws Exception {
    try (Transport transport = Qemu.zoned(DISK);
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT)) {
      assertEquals(512, controller.namespace(1).blockSize());
      assertEquals(1, controller.namespaces().getFirst().nsid());
    }
  }
}
