// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The model with a thread of its own: sleeping, waking, interrupts, several queues. */
@Timeout(60)
class ModelThreadTest {
  private static ModelBuilder threaded() {
    return ModelController.builder().namespace(Backing.memory(1 << 20), 512).threaded(true);
  }

  @Test
  void sleepsWhileThereIsNothingToDo() throws Exception {
    try (Setup setup = new Setup(threaded())) {
      setup.queue.flush(1, 1);
      setup.finish();
      ModelThread thread = setup.model.thread();
      while (!thread.asleep()) {
        Thread.onSpinWait();
      }
      long sleeps = thread.sleeps();
      long cpu = ProcessorTime.of(ModelThread.NAME);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
      assertEquals(sleeps, thread.sleeps(), "it woke without a doorbell");
      long used = ProcessorTime.of(ModelThread.NAME) - cpu;
      assertTrue(used < TimeUnit.MILLISECONDS.toNanos(5), used + " ns of CPU while idle");
      setup.queue.flush(1, 2);
      setup.finish();
      setup.outcomes.assertOk(2);
    }
  }

  @Test
  void noDoorbellIsLostHoweverItFallsAsleep() throws Exception {
    try (Setup setup = new Setup(threaded())) {
      for (int i = 0; i < 20_000; i++) {
        setup.queue.flush(1, i);
        setup.finish();
        // Up to the time that it spins before it sleeps, and a little more.
        long until = System.nanoTime() + i % 32 * 500L;
        while (System.nanoTime() - until < 0) {
          Thread.onSpinWait();
        }
      }
      assertEquals(20_000, setup.outcomes.size());
    }
  }

  @Test
  void interruptsComeThroughTheDescriptor() throws Exception {
    ControllerOptions options = ControllerOptions.DEFAULT.withInterrupts(true);
    try (Setup setup = new Setup(threaded(), options, 64);
        Arena arena = Arena.ofConfined()) {
      int fd = setup.queue.interruptFd();
      assertTrue(fd >= 0);
      int epoll = Events.epoll();
      Events.add(epoll, fd, Events.EPOLLIN, 7);
      MemorySegment events = Events.buffer(arena, 4);
      assertEquals(0, Events.await(epoll, events, 0), "nothing has happened");
      for (int i = 0; i < 500; i++) {
        setup.queue.flush(1, i);
        setup.queue.ring();
        while (setup.queue.inFlight() > 0) {
          assertEquals(1, Events.await(epoll, events, 10_000), "no interrupt");
          assertEquals(0, Events.drain(fd));
          setup.queue.poll(setup.outcomes, 64);
        }
      }
      assertEquals(500, setup.outcomes.size());
      dev.annulus.ffi.Files.close(epoll);
    }
  }

  @Test
  void severalThreadsEachWithAQueuePair() throws Exception {
    try (ModelController model = threaded().build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        ExecutorService pool = Executors.newFixedThreadPool(3)) {
      Callable<Long> work = () -> reads(controller, 5_000);
      Future<Long> first = pool.submit(work);
      Future<Long> second = pool.submit(work);
      Future<Long> third = pool.submit(work);
      assertEquals(5_000, first.get());
      assertEquals(5_000, second.get());
      assertEquals(5_000, third.get());
    }
  }

  private static long reads(Controller controller, int count) throws NvmeException {
    Outcomes outcomes = new Outcomes();
    try (QueuePair queue = controller.openQueuePair(16)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      for (int i = 0; i < count; i++) {
        while (!queue.read(1, i % 2048, 1, buffer.iova(), i)) {
          queue.ring();
          queue.poll(outcomes, 16);
        }
      }
      Setup.finish(queue, outcomes);
    }
    return outcomes.size();
  }

  @Test
  void memoryCanBeUnmappedWhileTheDeviceIsBusy() throws Exception {
    try (Setup setup = new Setup(threaded());
        Arena arena = Arena.ofShared()) {
      for (int i = 0; i < 200; i++) {
        MemorySegment region = arena.allocate(65_536, 4096);
        long iova = setup.controller.dma().map(region);
        for (int j = 0; j < 32; j++) {
          setup.queue.read(1, 0, 128, iova, i * 32L + j);
        }
        setup.queue.ring();
        setup.controller.dma().unmap(iova);
        region.fill((byte) 0x55);
        setup.finish();
        assertEquals(-1, region.mismatch(arena.allocate(65_536, 8).fill((byte) 0x55)));
        for (int j = 0; j < 32; j++) {
          int status = setup.outcomes.status(i * 32L + j);
          assertTrue(status == 0 || StatusCode.of(status) == StatusCode.DATA_TRANSFER_ERROR);
        }
      }
    }
  }
}
