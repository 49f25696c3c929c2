// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only QEMU's transport has: a process, its memory, and how both end. */
@Timeout(120)
class QemuTransportTest {
  private static final long DISK = 4 << 20;
  private static final String[] NVME = {"-device", "nvme,serial=ANNULUS,drive=disk"};

  private final Outcomes outcomes = new Outcomes();

  @BeforeAll
  static void needsQemu() {
    Qemu.required();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Trouble.until("the end of QEMU", () -> Qemu.processes().findAny().isEmpty(), () -> {});
  }

  private static void assertRefused(QemuOptions options, String... texts) {
    NvmeException e = assertThrows(NvmeException.class, () -> QemuTransport.start(options).close());
    for (String text : texts) {
      assertTrue(e.getMessage().contains(text), e::getMessage);
    }
  }

  private static QemuOptions plain() {
    return QemuOptions.of(
        "-blockdev", "driver=null-co,node-name=disk,size=65536", NVME[0], NVME[1]);
  }

  @Test
  void programsThatAreNotThere() {
    assertRefused(plain().withCommand("no-such-qemu"), "no-such-qemu", "has ended");
    assertRefused(plain().withCommand("false"), "has ended with status 1");
  }

  @Test
  void whatQemuComplainsOf() {
    assertRefused(QemuOptions.of("-device", "nvme,serial=A,drive=nowhere"), "nowhere");
    assertRefused(QemuOptions.of("-device", "pci-testdev"), "no NVMe controller", "-device nvme");
    assertRefused(QemuOptions.of("-m", "33M", "-device", "pci-testdev"), "has ended");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1 << 20, (8 << 20) + 1, 4L << 30, Long.MAX_VALUE, Long.MIN_VALUE})
  void memoryOfNoUse(long bytes) {
    QemuOptions options = plain();
    assertThrows(IllegalArgumentException.class, () -> options.withMemoryBytes(bytes));
  }

  @ParameterizedTest
  @ValueSource(longs = {8 << 20, 33 << 20, 2L << 30})
  void memoryIsGivenUntilItIsUsedUp(long bytes) throws Exception {
    QemuOptions options = plain().withMemoryBytes(bytes);
    try (Transport transport = QemuTransport.start(options);
        Controller controller = Controller.start(transport, ControllerOptions.DEFAULT)) {
      DmaMemory dma = controller.dma();
      DmaBuffer first = dma.allocate(1 << 20, 1 << 16);
      assertEquals(0, first.iova() % (1 << 16));
      assertTrue(first.iova() + (1 << 20) <= bytes);
      NvmeException e = assertThrows(NvmeException.class, () -> dma.allocate(bytes, 1));
      assertTrue(e.getMessage().contains("withMemoryBytes"), e::getMessage);
      first.memory().fill((byte) 1);
      dma.free(first);
      assertThrows(IllegalArgumentException.class, () -> dma.free(first));
      assertThrows(IllegalStateException.class, () -> first.memory().fill((byte) 1));
      DmaBuffer second = dma.allocate(1 << 20, 1 << 16);
      assertEquals(-1, second.memory().mismatch(zeroes(second)), "not all 0");
      dma.free(second);
    }
  }

  private static MemorySegment zeroes(DmaBuffer buffer) {
    return Arena.ofAuto().allocate(buffer.memory().byteSize());
  }

  @Test
  void memoryOfTheCallerIsRefused() throws Exception {
    try (Transport transport = QemuTransport.start(plain());
        Arena arena = Arena.ofShared()) {
      NvmeException e =
          assertThrows(NvmeException.class, () -> transport.dma().map(arena.allocate(4096, 4096)));
      assertTrue(e.getMessage().contains("the guest's memory alone"), e::getMessage);
      assertThrows(IllegalArgumentException.class, () -> transport.dma().unmap(4096));
    }
  }

  @Test
  void interruptsSignalTheirDescriptor() throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
    try (Transport transport = Qemu.memory(DISK);
        Controller controller = Controller.start(transport, options);
        QueuePair queue = controller.openQueuePair(16)) {
      assertTrue(transport.interruptVectors() > 1);
      assertTrue(queue.interruptFd() >= 0);
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20; i++) {
          int token = 20 * round + i;
          assertTrue(queue.read(1, i, 1, buffer.iova(), token));
          queue.ring();
          Trouble.until("an interrupt", () -> Events.drain(queue.interruptFd()) >= 0, () -> {});
          Trouble.until(
              "its completion", () -> queue.inFlight() == 0, () -> queue.poll(outcomes, 8));
          outcomes.assertOk(token);
        }
        controller.reset();
        Trouble.until("room", () -> queue.flush(1, 100), queue::ring);
        Setup.finish(queue, (token, status, result) -> assertEquals(0, status));
      }
    }
  }

  @Test
  void resetFromOutside() throws Exception {
    try (Transport transport = Qemu.memory(DISK)) {
      Controller.start(transport, ControllerOptions.DEFAULT);
      assertEquals(Registers.CSTS_RDY, transport.readInt(Registers.CSTS));
      transport.reset();
      assertEquals(0, transport.readInt(Registers.CSTS));
      assertEquals(0, transport.readInt(Registers.CC));
      try (Controller again = Controller.start(transport, ControllerOptions.DEFAULT)) {
        assertEquals(1, again.namespaces().size());
      }
    }
  }

  @Test
  void doorbellsBehindTheRegisters() throws Exception {
    try (Transport transport = QemuTransport.start(plain())) {
      assertTrue(
          assertThrows(NvmeException.class, () -> transport.submissionDoorbell(65_535, 0))
              .getMessage()
              .contains("more queues than it has"));
    }
  }

  @Test
  void closedTransports() throws Exception {
    QemuTransport transport = QemuTransport.start(plain());
    transport.close();
    transport.close();
    NvmeException e = assertThrows(NvmeException.class, () -> transport.readInt(Registers.VS));
    assertTrue(e.getMessage().contains("has ended"), e::getMessage);
    assertThrows(IllegalStateException.class, () -> transport.dma().allocate(4096, 4096));
  }

  @Test
  void nothingIsLeftOpen() throws Exception {
    QemuTransport.start(plain()).close();
    long before = descriptors();
    for (int i = 0; i < 5; i++) {
      ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
      try (Transport transport = QemuTransport.start(plain());
          Controller controller = Controller.start(transport, options);
          QueuePair queue = controller.openQueuePair(4)) {
        assertEquals(4 - 1, queue.capacity());
      }
    }
    Trouble.until("closed descriptors", () -> descriptors() <= before, System::gc);
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(each -> each.getName().startsWith(QemuProcess.THREAD)));
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A QEMU that hangs: each wait has an end, and so has the transport. */
  @Test
  void oneThatIsStopped() throws Exception {
    QemuTransport transport = QemuTransport.start(plain().withAnswerMillis(500));
    new ProcessBuilder("kill", "-STOP", "" + transport.pid()).start().waitFor();
    NvmeException e =
        assertThrows(
            NvmeException.class,
            () -> {
              // Doorbells are not waited for, until too many are unanswered.
              for (int i = 0; i < 1000; i++) {
                transport.submissionDoorbell(0, 0);
              }
            });
    assertTrue(e.getMessage().contains("hangs or is stopped"), e::getMessage);
    assertThrows(NvmeException.class, () -> transport.readInt(Registers.VS));
    transport.close();
  }

  /** The kernel ends QEMU with whoever started it, also where that one could do nothing. */
  @Test
  void whoStartedItIsKilled() throws Exception {
    Process child =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path")
                        + ":"
                        + System.getProperty("jdk.module.path", ""),
                    QemuVictim.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = child.inputReader()) {
      String line = out.readLine();
      assertTrue(line != null && line.matches("\\d+"), "the victim says: " + line);
      ProcessHandle qemu = ProcessHandle.of(Long.parseLong(line)).orElseThrow();
      child.destroyForcibly();
      assertTrue(child.waitFor(20, TimeUnit.SECONDS));
      Trouble.until("the end of QEMU", () -> !qemu.isAlive(), () -> {});
    }
  }
}
