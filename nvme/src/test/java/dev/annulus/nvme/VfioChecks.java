// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only VFIO has; run by {@code ./dev guest}. */
@Timeout(300)
class VfioChecks {
  private static final int QUEUE = 16;
  private final Outcomes outcomes = new Outcomes();

  private static void assertRefused(String... texts) {
    NvmeException e =
        assertThrows(NvmeException.class, () -> VfioTransport.open(VfioGuest.ADDRESS).close());
    for (String text : texts) {
      assertTrue(e.getMessage().contains(text), e::getMessage);
    }
  }

  @Test
  void theKernelHasIt() throws Exception {
    VfioGuest.give("nvme");
    assertRefused("held by the driver nvme", "drivers_probe");
    VfioGuest.open().close();
  }

  @Test
  void anotherHasIt() throws Exception {
    try (Transport first = VfioGuest.open()) {
      assertRefused("EBUSY", "another process may have the device");
      assertTrue(first.readInt(Registers.VS) != 0);
    }
  }

  @Test
  void nothingIsLeftOpen() throws Exception {
    VfioGuest.open().close();
    long before = descriptors();
    for (int i = 0; i < 10; i++) {
      try (Transport transport = VfioGuest.open();
          Controller controller = Controller.start(transport, ControllerOptions.DEFAULT)) {
        assertEquals(1, controller.namespaces().getFirst().nsid());
      }
    }
    assertEquals(before, descriptors());
  }

  private static long descriptors() throws Exception {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void interruptsSignalTheirDescriptor() throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
    try (Transport transport = VfioGuest.open();
        Controller controller = Controller.start(transport, options);
        QueuePair queue = controller.openQueuePair(QUEUE)) {
      assertTrue(transport.interruptVectors() > 1);
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      for (int i = 0; i < 20; i++) {
        assertTrue(queue.read(1, i, 1, buffer.iova(), i));
        queue.ring();
        assertTrue(signalled(queue.interruptFd()), "no interrupt for read " + i);
        assertEquals(1, queue.poll(outcomes, 8));
      }
    }
  }

  private static boolean signalled(int fd) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() - end < 0) {
      if (Events.drain(fd) >= 0) {
        return true;
      }
      LockSupport.parkNanos(100_000);
    }
    return false;
  }

  /** The device would write there, and cannot: QEMU says all went well, as some devices do. */
  @Test
  void unmappedMemoryIsOutOfReach() throws Exception {
    try (Transport transport = VfioGuest.open();
        Arena arena = Arena.ofShared();
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(QUEUE)) {
      MemorySegment memory = arena.allocate(8192, 4096);
      long iova = controller.dma().map(memory);
      submit(queue, iova);
      memory.fill((byte) 0x5A);
      controller.dma().unmap(iova);
      submit(queue, iova);
      assertTrue(memory.elements(JAVA_BYTE).allMatch(each -> each.get(JAVA_BYTE, 0) == 0x5A));
      assertThrows(IllegalArgumentException.class, () -> controller.dma().unmap(iova));
    }
  }

  @Test
  void readOnlyMemoryIsNotWritten() throws Exception {
    try (Transport transport = VfioGuest.open();
        Arena arena = Arena.ofShared();
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(QUEUE)) {
      MemorySegment memory = arena.allocate(4096, 4096);
      memory.fill((byte) 0x5A);
      long iova = controller.dma().map(memory.asReadOnly());
      submit(queue, iova);
      assertTrue(memory.elements(JAVA_BYTE).allMatch(each -> each.get(JAVA_BYTE, 0) == 0x5A));
      controller.dma().unmap(iova);
    }
  }

  private void submit(QueuePair queue, long iova) throws Exception {
    outcomes.clear();
    assertTrue(queue.command(NvmOpcode.READ, 1, 0, 7, 0, iova, 4096, 1));
    Setup.finish(queue, outcomes);
    assertEquals(1, outcomes.size());
  }

  @Test
  void resetFromOutside() throws Exception {
    try (Transport transport = VfioGuest.open()) {
      Controller.start(transport, ControllerOptions.DEFAULT);
      assertEquals(Registers.CSTS_RDY, transport.readInt(Registers.CSTS));
      transport.reset();
      assertEquals(0, transport.readInt(Registers.CSTS));
      assertEquals(0, transport.readInt(Registers.CC));
      try (Controller again = Controller.start(transport, ControllerOptions.DEFAULT)) {
        assertEquals(1, again.namespaces().getFirst().nsid());
      }
    }
  }

  @Test
  void doorbellsBehindTheRegisters() throws Exception {
    try (Transport transport = VfioGuest.open()) {
      assertTrue(
          assertThrows(NvmeException.class, () -> transport.submissionDoorbell(65_535, 0))
              .getMessage()
              .contains("more queues than it has"));
    }
  }
}
