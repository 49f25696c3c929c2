// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a controller tells of by itself reaches its listener, and its queue pairs. */
@Timeout(60)
class ControllerEventsTest {
  private static final int ME = ModelConfig.CONTROLLER;

  private final Trouble trouble = new Trouble();
  private final Queue<ControllerEvent> events = new ConcurrentLinkedQueue<>();
  private ModelController model;
  private Controller controller;

  @BeforeEach
  void start() throws Exception {
    model =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), 512)
            .management(16 << 20, Backing::memory)
            .faults(trouble)
            .threaded(true)
            .build();
    controller = Controller.start(model, ControllerOptions.DEFAULT);
  }

  @AfterEach
  void stop() throws Exception {
    controller.close();
    model.close();
  }

  private void await(String what, int number) throws Exception {
    Trouble.until(what, () -> events.size() >= number, () -> Thread.sleep(1));
  }

  private void listen() {
    controller.onEvent(events::add);
  }

  /** A namespace is made elsewhere, and attached here. */
  private void added(int nsid, int blockSize) {
    model.exclusively(() -> {
      model.engine().namespaces().create(nsid, blockSize, 1 << 18);
      model.engine().namespaces().attach(nsid, true);
      model.engine().changedNamespace(nsid);
    });
  }

  private void removed(int nsid) {
    model.exclusively(() -> {
      model.engine().namespaces().attach(nsid, false);
      model.engine().changedNamespace(nsid);
    });
  }

  @Test
  void namespacesThatComeChangeAndGoUnderAnOpenQueuePair() throws Exception {
    listen();
    try (QueuePair queue = controller.openQueuePair(16)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      long at = buffer.iova();
      Outcomes outcomes = new Outcomes();
      assertThrows(IllegalArgumentException.class, () -> queue.read(2, 0, 1, at, 1));
      added(2, 4096);
      await("the addition", 1);
      Namespace added = controller.namespace(2);
      assertEquals(4096, added.blockSize());
      assertEquals(64, added.blocks());
      assertEquals(List.of(new NamespaceChange(null, added)), events.poll().changes());
      NvmCommands held = queue.nvm(2);
      assertTrue(held.read(63, 1, at, 2));
      Setup.finish(queue, outcomes);
      outcomes.assertOk(2);

      model.exclusively(() -> {
        Backing backing = model.engine().namespaces().allocated(2).backing();
        model
            .engine()
            .namespaces()
            .replace(new ModelNamespace(2, 512, BlockMetadata.NONE, backing));
        model.engine().changedNamespace(2);
      });
      await("the change", 1);
      Namespace changed = controller.namespace(2);
      assertEquals(512, changed.blockSize());
      assertEquals(512, changed.blocks());
      assertEquals(List.of(new NamespaceChange(added, changed)), events.poll().changes());
      // Their blocks were of another size: they would reach beyond the buffer, or fall short.
      assertThrows(IllegalArgumentException.class, () -> held.read(0, 1, at, 3));
      assertFalse(queue.has(added));
      assertTrue(queue.read(2, 511, 1, at, 3));
      Setup.finish(queue, outcomes);
      outcomes.assertOk(3);

      removed(2);
      await("the removal", 1);
      assertEquals(List.of(new NamespaceChange(changed, null)), events.poll().changes());
      assertThrows(IllegalArgumentException.class, () -> queue.read(2, 0, 1, at, 4));
      assertTrue(queue.read(1, 0, 1, at, 5), "the others go on");
      Setup.finish(queue, outcomes);
      outcomes.assertOk(5);
      controller.dma().free(buffer);
    }
  }

  @Test
  void ownChangesAreToldToo() throws Exception {
    listen();
    NamespaceAdmin namespaces = controller.admin().namespaces();
    int nsid = namespaces.create(NamespaceSpec.of(64, 0));
    namespaces.attach(nsid, ME);
    await("the attachment", 1);
    assertEquals(nsid, events.poll().changes().getFirst().nsid());
    namespaces.delete(nsid);
    await("the deletion", 1);
    assertNull(events.poll().changes().getFirst().after());
  }

  @Test
  void healthIsToldOnceAWarning() throws Exception {
    listen();
    model.health(each -> each.spare(5));
    model.exclusively(
        () -> model.engine().raise(EventKind.TRANSIENT_INTERNAL_ERROR, LogPage.ERROR));
    await("both", 2);
    ControllerEvent spare =
        events.stream().filter(each -> each.kind() == EventKind.SPARE).findFirst().orElseThrow();
    assertEquals(5, spare.health().spare());
    assertEquals(1, spare.health().warning());
    assertTrue(events.stream().anyMatch(each -> each.kind() == EventKind.TRANSIENT_INTERNAL_ERROR));
    events.clear();
    model.health(each -> each.temperature(380));
    await("the temperature", 1);
    assertEquals(EventKind.TEMPERATURE, events.peek().kind());
    assertEquals(107, events.peek().health().celsius());
  }

  /** Each namespace is added in the midst of resets: whatever is lost is found. */
  @Test
  void nothingIsLostInResets() throws Exception {
    listen();
    Set<Integer> wanted = new HashSet<>();
    for (int nsid = 2; nsid <= 21; nsid++) {
      int each = nsid;
      Thread other = Thread.ofPlatform().start(() -> added(each, 512));
      controller.reset();
      other.join();
      wanted.add(nsid);
    }
    model.health(each -> each.spare(3));
    controller.reset();
    Trouble.until("all namespaces", () -> told().containsAll(wanted), () -> Thread.sleep(1));
    assertEquals(wanted, told());
    assertEquals(21, controller.namespaces().size());
    Trouble.until(
        "the spare",
        () -> events.stream().anyMatch(each -> each.kind() == EventKind.SPARE),
        () -> Thread.sleep(1));
    Trouble.assertCounters(0, 21, 0, controller);
  }

  private Set<Integer> told() {
    Set<Integer> told = new HashSet<>();
    for (ControllerEvent each : events) {
      each.changes().forEach(change -> told.add(change.nsid()));
    }
    return told;
  }

  @Test
  void whoListensLateHearsWhatCameBefore() throws Exception {
    added(2, 512);
    added(3, 512);
    Trouble.until("both", () -> controller.namespaces().size() == 3, () -> Thread.sleep(1));
    listen();
    Trouble.until("both told", () -> told().equals(Set.of(2, 3)), () -> Thread.sleep(1));
  }

  @Test
  void aListenerMayAskThrowAndTakeItsTime() throws Exception {
    AtomicReference<Object> answer = new AtomicReference<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    controller.onEvent(event -> {
      events.add(event);
      begun.countDown();
      try {
        go.await(20, TimeUnit.SECONDS);
        answer.set(controller.admin().logs().smart().spare());
      } catch (Exception e) {
        answer.set(e);
      }
      throw new IllegalStateException("on purpose");
    });
    model.health(each -> each.spare(5));
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    model.health(each -> each.temperature(380));
    added(2, 512);
    controller.admin().controller();
    go.countDown();
    await("all three", 3);
    assertEquals(5, answer.get());
  }

  @Test
  void closedByItsListener() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    controller.onEvent(event -> {
      try {
        controller.close();
        closed.countDown();
      } catch (NvmeException e) {
        throw new IllegalStateException(e);
      }
    });
    added(2, 512);
    assertTrue(closed.await(20, TimeUnit.SECONDS));
  }

  @Test
  void theThreadEndsWithTheController() throws Exception {
    Set<Thread> before = listeners();
    assertFalse(before.isEmpty());
    controller.close();
    Trouble.until(
        "the thread's end",
        () -> before.stream().anyMatch(each -> !each.isAlive()),
        () -> Thread.sleep(1));
  }

  private static Set<Thread> listeners() {
    Set<Thread> all = new HashSet<>(Thread.getAllStackTraces().keySet());
    all.removeIf(each -> !each.getName().equals(ControllerEvents.THREAD));
    return all;
  }

  /** A controller that refuses requests, or the configuration, is used without events. */
  @Test
  void refusalsAreNoHarm() throws Exception {
    controller.close();
    trouble.admin =
        command ->
            command.opcode == AdminOpcode.ASYNC_EVENT
                    || command.opcode == AdminOpcode.SET_FEATURES
                        && (command.cdw10Low() & 0xFF) == Feature.ASYNC_EVENTS
                ? StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY
                : 0;
    controller = Controller.start(model, ControllerOptions.DEFAULT);
    assertEquals(1, controller.namespaces().size());
    controller.reset();
    added(2, 512);
    assertEquals(1, controller.namespaces().size(), "nobody told");
    controller.reset();
    Trouble.until("found", () -> controller.namespaces().size() == 2, () -> Thread.sleep(1));
  }

  @Test
  void untoldEventsAreTheLatest() {
    UntoldEvents untold = new UntoldEvents();
    for (int i = 0; i < UntoldEvents.MOST + 10; i++) {
      untold.add(ControllerEvent.parse(i << 16 & 0xFF_0000 | i & 1));
    }
    assertEquals(10, untold.dropped());
    assertEquals(10, untold.poll().logPage());
  }
}
