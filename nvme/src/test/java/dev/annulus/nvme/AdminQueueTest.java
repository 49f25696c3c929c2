// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Admin commands at the same time, some of which are never answered. */
@Timeout(60)
class AdminQueueTest {
  private static final int FORMAT = AdminOpcode.FORMAT_NVM;

  private final Trouble trouble = new Trouble();

  private ModelController model() {
    return ModelController.builder()
        .namespace(Backing.memory(1 << 20), 512)
        .faults(trouble)
        .build();
  }

  private static FormatSpec format(long millis) {
    return new FormatSpec(3, false, 0, false, FormatSpec.Erase.NONE, millis);
  }

  @Test
  void othersDoNotWaitForAFormat() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    trouble.admin =
        command -> {
          if (command.opcode == FORMAT) {
            begun.countDown();
            return Faults.LOST;
          }
          return 0;
        };
    ControllerOptions options = ControllerOptions.DEFAULT.withAdminTimeoutMillis(1_000);
    try (ModelController model = model();
        Controller controller = Controller.start(model, options)) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Admin admin = controller.admin();
      Thread formatting =
          Thread.ofPlatform()
              .start(() ->
                  thrown.set(
                      assertThrows(
                          NvmeException.class, () -> admin.namespaces().format(1, format(4_000)))));
      assertTrue(begun.await(20, TimeUnit.SECONDS));
      for (int i = 0; i < 100; i++) {
        assertEquals(ModelConfig.SERIAL, admin.controller().serial());
      }
      try (QueuePair queue = controller.openQueuePair(8)) {
        assertThrows(
            IllegalArgumentException.class,
            () -> queue.read(1, 0, 1, 4096, 1),
            "its block size is about to change");
        assertTrue(queue.flush(-1, 2), "what names no namespace goes on");
        Setup.finish(queue, new Outcomes());
      }
      formatting.join();
      String words = thrown.get().getMessage();
      assertTrue(words.contains("Format NVM, namespace 1 had no answer in 4000 ms"), words);
      Trouble.until(
          "the reset, and the namespace again",
          () -> controller.namespaces().size() == 1,
          () -> Thread.sleep(1));
      assertEquals(512, controller.namespace(1).blockSize());
      assertEquals(1, controller.recoveries().resets());
    }
  }

  @Test
  void aResetEndsWhoeverWaits() throws Exception {
    trouble.admin = command -> command.opcode == FORMAT ? Faults.LOST : 0;
    try (ModelController model = model();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT)) {
      List<Thread> threads = new ArrayList<>();
      List<NvmeException> thrown = Collections.synchronizedList(new ArrayList<>());
      CountDownLatch begun = new CountDownLatch(4);
      trouble.admin =
          command -> {
            if (command.opcode == FORMAT) {
              begun.countDown();
              return Faults.LOST;
            }
            return 0;
          };
      for (int i = 0; i < 4; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(() ->
                    thrown.add(
                        assertThrows(
                            NvmeException.class,
                            () -> controller.admin().namespaces().format(1, format(60_000))))));
      }
      assertTrue(begun.await(20, TimeUnit.SECONDS));
      controller.reset();
      for (Thread each : threads) {
        each.join();
      }
      assertEquals(4, thrown.size());
      for (NvmeException each : thrown) {
        assertEquals(StatusCode.HOST_PATHING_ERROR, StatusCode.of(each.status()), "" + each);
        assertTrue(each.getMessage().contains("a reset was asked for"), each.getMessage());
      }
      trouble.admin = command -> 0;
      controller.admin().namespaces().format(1, format(1));
      assertEquals(4096, controller.namespace(1).blockSize());
    }
  }

  @Test
  void closingEndsWhoeverWaits() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<NvmeException> thrown = new AtomicReference<>();
    try (ModelController model = model()) {
      Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
      trouble.admin =
          command -> {
            if (command.opcode == FORMAT) {
              begun.countDown();
              return Faults.LOST;
            }
            return 0;
          };
      Thread waiting =
          Thread.ofPlatform()
              .start(() ->
                  thrown.set(
                      assertThrows(
                          NvmeException.class,
                          () -> controller.admin().namespaces().format(1, format(60_000)))));
      assertTrue(begun.await(20, TimeUnit.SECONDS));
      controller.close();
      waiting.join();
      assertTrue(thrown.get().getMessage().contains("closed"), thrown.get().getMessage());
      assertThrows(NvmeException.class, () -> controller.admin().controller());
    }
  }

  /** A write cache that was switched off stays off, whatever happens. */
  @Test
  void featuresOutliveResets() throws Exception {
    try (ModelController model = model();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT)) {
      Features features = controller.admin().features();
      features.writeCache(false);
      features.errorRecovery(1, new ErrorRecovery(700, false));
      features.arbitration(new Arbitration(3, 1, 20, 256));
      features.interruptCoalescing(new InterruptCoalescing(17, 2_500));
      features.atomicityDisabled(true);
      features.powerState(1);
      features.hostIdentifier(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
      features.temperatureThreshold(0, true, 250);
      for (int i = 0; i < 3; i++) {
        assertEquals(false, features.writeCache());
        assertEquals(new ErrorRecovery(700, false), features.errorRecovery(1));
        assertEquals(new Arbitration(3, 1, 20, 256), features.arbitration());
        assertEquals(new InterruptCoalescing(17, 2_500), features.interruptCoalescing());
        assertTrue(features.atomicityDisabled());
        assertEquals(1, features.powerState());
        assertEquals(16, features.hostIdentifier(16)[15]);
        assertEquals(250, features.temperatureThreshold(0, true));
        controller.reset();
      }
      int threshold = Feature.TEMPERATURE_THRESHOLD;
      features.set(threshold, 0, 360, true);
      assertEquals(360, features.get(threshold, FeatureSelect.SAVED, 0, 0));
      assertEquals(343, features.get(threshold, FeatureSelect.DEFAULT, 0, 0));
      assertEquals(new FeatureSupport(true, false, true), features.support(threshold));
      assertTrue(features.support(Feature.ERROR_RECOVERY).perNamespace());
    }
  }
}
