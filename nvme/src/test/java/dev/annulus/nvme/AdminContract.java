// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The admin side of a controller; the same for each kind. Its namespace 1 may be formatted. */
@Timeout(60)
abstract class AdminContract {
  abstract Transport open() throws Exception;

  private Transport transport;
  private Controller controller;
  private Admin admin;
  private IdentifyController identity;
  private final Queue<ControllerEvent> events = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    transport = open();
    controller = Controller.start(transport, ControllerOptions.DEFAULT);
    controller.onEvent(events::add);
    admin = controller.admin();
    identity = admin.controller();
  }

  @AfterEach
  void stop() throws Exception {
    controller.close();
    transport.close();
  }

  private void assumeHas(ControllerCapability capability) {
    assumeTrue(identity.has(capability), "the controller does not offer " + capability);
  }

  @Test
  void controllerAsTheDriverKnowsIt() {
    ControllerInfo info = controller.info();
    assertEquals(info.model(), identity.model());
    assertEquals(info.serial(), identity.serial());
    assertEquals(info.firmware(), identity.firmware());
    assertEquals(info.version(), identity.version());
    assertEquals(info.vendor(), identity.get(ControllerField.VID));
    assertEquals(0x66, identity.get(ControllerField.SQES), "entries of 64 bytes");
    assertEquals(0x44, identity.get(ControllerField.CQES), "and of 16");
    assertFalse(identity.powerStates().isEmpty());
    assertTrue(identity.powerStates().getFirst().operational());
    assertTrue(identity.subsystem().startsWith("nqn."), identity.subsystem());
    assertTrue(identity.toString().contains(identity.serial()));
    assertEquals(Identify.SIZE, identity.bytes().length);
  }

  @Test
  void namespacesAsTheDriverKnowsThem() throws Exception {
    List<Integer> active = admin.activeNamespaces();
    assertEquals(controller.namespaces().stream().map(Namespace::nsid).toList(), active);
    for (Namespace each : controller.namespaces()) {
      IdentifyNamespace told = admin.namespace(each.nsid());
      assertTrue(told.exists());
      assertEquals(BigInteger.valueOf(each.size()), told.sizeBytes());
      assertEquals(each.blockSize(), told.format().blockSize());
      assertEquals(each.readOnly(), told.readOnly());
      assertTrue(told.formats().contains(told.format()));
      int set = admin.names(each.nsid()).commandSet();
      assertTrue(set == 0 || controller.zonedNamespace(each.nsid()) != null, "command set " + set);
    }
    NvmeException e = assertThrows(NvmeException.class, () -> admin.names(0x7777_7777));
    assertEquals(StatusCode.INVALID_NAMESPACE_OR_FORMAT, StatusCode.of(e.status()));
    assertTrue(e.getMessage().contains("there is no such namespace here"), e.getMessage());
  }

  @Test
  void structuresOfCommandSets() throws Exception {
    assertEquals(Identify.SIZE, admin.identify(Identify.CNS_SET_CONTROLLER, 0, 0, 0).length);
    assertEquals(0, admin.nvmLimits().writeUncorrectable());
    assertTrue(admin.commandSets().getFirst() != 0);
    assertEquals(1, admin.commandSets().getFirst() & 1, "the NVM command set");
    assertThrows(IllegalArgumentException.class, () -> admin.identify(256, 0, 0, 0));
    NvmeException e = assertThrows(NvmeException.class, () -> admin.identify(0x3F, 0, 0, 0));
    assertEquals(StatusCode.INVALID_FIELD_IN_COMMAND, StatusCode.of(e.status()));
  }

  @Test
  void health() throws Exception {
    SmartLog log = admin.logs().smart();
    assertEquals(0, log.warning());
    assertTrue(log.celsius() > -50 && log.celsius() < 150, "" + log.celsius());
    assertTrue(log.spare() >= log.spareThreshold());
    assertEquals(8, log.sensors().size());
    try (QueuePair queue = controller.openQueuePair(8)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      Outcomes outcomes = new Outcomes();
      assertTrue(queue.read(1, 0, 1, buffer.iova(), 1));
      Setup.finish(queue, outcomes);
      controller.dma().free(buffer);
    }
    SmartLog after = admin.logs().smart();
    assertTrue(after.reads().compareTo(log.reads()) > 0, "one more read");
    assertTrue(after.bytesRead().compareTo(log.bytesRead()) >= 0);
  }

  @Test
  void otherLogs() throws Exception {
    FirmwareSlots slots = admin.logs().firmwareSlots();
    assertTrue(slots.active() >= 1, slots.toString());
    assertFalse(slots.revisions().get(slots.active() - 1).isEmpty(), slots.toString());
    assertEquals(List.of(), admin.logs().changedNamespaces());
    NvmeException e =
        assertThrows(NvmeException.class, () -> admin.logs().read(0x77, -1, 0, 0, 512));
    assertNotEquals(NvmeStatus.SUCCESS, e.status());
    assertThrows(IllegalArgumentException.class, () -> admin.logs().read(2, -1, 0, 2, 512));
  }

  @Test
  void effectsOfCommands() throws Exception {
    assumeHas(ControllerCapability.COMMAND_EFFECTS);
    CommandEffects effects = admin.logs().commandEffects();
    assertTrue(effects.admin(AdminOpcode.IDENTIFY).supported());
    assertTrue(effects.io(NvmOpcode.READ).supported());
    assertFalse(effects.io(NvmOpcode.READ).blocks());
    assertTrue(effects.io(NvmOpcode.WRITE).blocks());
    assertFalse(effects.admin(0x7D).supported());
  }

  @Test
  void longLogsInParts() throws Exception {
    assumeHas(ControllerCapability.LOG_OFFSETS);
    byte[] whole = admin.logs().read(LogPage.FIRMWARE_SLOT, -1, 0, 0, 512);
    byte[] upper = admin.logs().read(LogPage.FIRMWARE_SLOT, -1, 0, 8, 64);
    assertArrayEquals(Arrays.copyOfRange(whole, 8, 72), upper);
  }

  @Test
  void refusedCommandsSayStatusAndRemedy() {
    NvmeException e =
        assertThrows(
            NvmeException.class, () -> admin.features().get(0xBF, FeatureSelect.CURRENT, 0, 0));
    assertTrue(
        e.getMessage().startsWith("Get Features, feature bfh: Invalid Field in Command (SCT 0h"),
        e.getMessage());
    assertTrue(e.getMessage().contains("a parameter is out of its range"), e.getMessage());
    Features features = admin.features();
    assertThrows(IllegalArgumentException.class, () -> features.set(7, 0, 1, false));
    assertThrows(IllegalArgumentException.class, () -> features.powerState(32));
  }

  @Test
  void features() throws Exception {
    Features features = admin.features();
    int warm = features.temperatureThreshold(0, false);
    assertTrue(warm > 273, "" + warm);
    features.temperatureThreshold(0, false, warm + 10);
    assertEquals(warm + 10, features.temperatureThreshold(0, false));
    Arbitration before = features.arbitration();
    assertTrue(before.burst() <= 7);
    features.writeCache(false);
    assertFalse(features.writeCache());
    controller.reset();
    assertFalse(features.writeCache(), "what was set outlives a reset");
    assertEquals(warm + 10, features.temperatureThreshold(0, false));
    features.writeCache(true);
    assertTrue(features.writeCache());
    assertEquals(0, features.powerState());
  }

  @Test
  void featuresDefaultsAndSupport() throws Exception {
    assumeHas(ControllerCapability.FEATURE_SAVING);
    Features features = admin.features();
    int feature = Feature.VOLATILE_WRITE_CACHE;
    features.writeCache(false);
    assertEquals(0, features.get(feature, FeatureSelect.DEFAULT, 0, 0) & ~1);
    assertTrue(features.support(feature).changeable());
  }

  @Test
  void clock() throws Exception {
    assumeHas(ControllerCapability.TIMESTAMP);
    Instant now = Instant.now();
    admin.features().timestamp(now);
    Duration passed = Duration.between(now, admin.features().timestamp());
    assertTrue(passed.compareTo(Duration.ofMillis(-2)) >= 0, passed.toString());
    assertTrue(passed.compareTo(Duration.ofSeconds(30)) < 0, passed.toString());
  }

  private ControllerEvent event(EventKind kind) throws Exception {
    ControllerEvent[] found = new ControllerEvent[1];
    Trouble.until(
        kind + "; there were " + events,
        () -> {
          found[0] = events.stream().filter(each -> each.kind() == kind).findFirst().orElse(null);
          return found[0] != null;
        },
        () -> Thread.sleep(1));
    events.clear();
    return found[0];
  }

  @Test
  void wrongDoorbellsAreTold() throws Exception {
    for (int i = 0; i < 3; i++) {
      transport.submissionDoorbell(5, 1);
      ControllerEvent event = event(EventKind.INVALID_DOORBELL_REGISTER);
      assertEquals(0, event.type());
      assertEquals(LogPage.ERROR, event.logPage());
      if (i == 1) {
        controller.reset();
        // QEMU tells of doorbells only while it has a request: those are before this in its queue.
        admin.logs().errors(1);
      }
    }
  }

  @Test
  void temperaturesAreTold() throws Exception {
    Features features = admin.features();
    int warm = features.temperatureThreshold(0, false);
    for (int i = 0; i < 3; i++) {
      int temperature = admin.logs().smart().temperature();
      features.temperatureThreshold(0, false, temperature - 5);
      ControllerEvent event = event(EventKind.TEMPERATURE);
      assertEquals(temperature, event.health().temperature());
      assertTrue((event.health().warning() & 2) != 0, event.toString());
      features.temperatureThreshold(0, false, warm);
      if (i == 1) {
        controller.reset();
        events.clear();
      }
    }
  }

  /** The first format of so many bytes without metadata. */
  private static int format(IdentifyNamespace namespace, int blockSize) {
    return namespace.formats().stream()
        .filter(each -> each.blockSize() == blockSize && each.metadata() == 0)
        .findFirst()
        .orElseThrow()
        .index();
  }

  @Test
  void formatsUnderAnOpenQueuePair() throws Exception {
    assumeHas(ControllerCapability.FORMAT);
    Namespace before = controller.namespace(1);
    NamespaceAdmin namespaces = admin.namespaces();
    try (QueuePair queue = controller.openQueuePair(8)) {
      DmaBuffer buffer = controller.dma().allocate(8192, 4096);
      Outcomes outcomes = new Outcomes();
      assertTrue(queue.write(1, 0, 1, buffer.iova(), 1));
      Setup.finish(queue, outcomes);
      int other = before.blockSize() == 4096 ? 512 : 4096;
      int format = format(admin.namespace(1), other);
      namespaces.format(1, FormatSpec.of(format, FormatSpec.Erase.USER_DATA));
      Namespace after = controller.namespace(1);
      assertEquals(other, after.blockSize());
      assertEquals(before.size(), after.size());
      buffer.memory().fill((byte) 0x5A);
      assertTrue(queue.read(1, after.blocks() - 1, 1, buffer.iova(), 2));
      Setup.finish(queue, outcomes);
      outcomes.assertOk(2);
      assertEquals(0x5A, buffer.memory().get(JAVA_BYTE, other), "one block and no more");
      assertNotEquals(0x5A, buffer.memory().get(JAVA_BYTE, other - 1));
      int back = format(admin.namespace(1), before.blockSize());
      namespaces.format(1, FormatSpec.of(back, FormatSpec.Erase.NONE));
      assertEquals(before, controller.namespace(1));
      controller.dma().free(buffer);
    }
    ControllerEvent event = event(EventKind.NAMESPACES_CHANGED);
    assertEquals(before, event.changes().getFirst().before());
  }

  @Test
  void formatsThatThereAreNot() throws Exception {
    assumeHas(ControllerCapability.FORMAT);
    NvmeException e =
        assertThrows(
            NvmeException.class,
            () -> admin.namespaces().format(1, FormatSpec.of(15, FormatSpec.Erase.NONE)));
    assertEquals(StatusCode.INVALID_FORMAT, StatusCode.of(e.status()), e.getMessage());
    assertEquals(1, controller.namespace(1).nsid(), "it is there again");
    assertThrows(
        IllegalArgumentException.class,
        () -> admin.namespaces().format(-1, FormatSpec.of(0, FormatSpec.Erase.NONE)));
    assertThrows(IllegalArgumentException.class, () -> admin.namespaces().delete(-1));
    assertThrows(IllegalArgumentException.class, () -> FormatSpec.of(64, FormatSpec.Erase.NONE));
  }

  @Test
  void namespacesFromTheirMakingToTheirEnd() throws Exception {
    assumeHas(ControllerCapability.NAMESPACE_MANAGEMENT);
    BigInteger left = identity.big(ControllerField.UNVMCAP);
    assumeTrue(left.compareTo(BigInteger.valueOf(1 << 20)) >= 0, "no capacity is unallocated");
    NamespaceAdmin namespaces = admin.namespaces();
    int me = (int) identity.get(ControllerField.CNTLID);
    assertTrue(admin.controllers().contains(me));
    int nsid = namespaces.create(NamespaceSpec.of(256, format(admin.namespace(-1), 4096)));
    assertTrue(admin.allocatedNamespaces().contains(nsid));
    assertFalse(admin.activeNamespaces().contains(nsid));
    assertFalse(admin.namespace(nsid).exists());
    assertEquals(BigInteger.valueOf(1 << 20), admin.allocatedNamespace(nsid).sizeBytes());
    try (QueuePair queue = controller.openQueuePair(8)) {
      DmaBuffer buffer = controller.dma().allocate(4096, 4096);
      Outcomes outcomes = new Outcomes();
      long at = buffer.iova();
      assertThrows(IllegalArgumentException.class, () -> queue.read(nsid, 0, 1, at, 1));
      namespaces.attach(nsid, me);
      assertEquals(List.of(me), admin.controllersOf(nsid));
      assertEquals(4096, controller.namespace(nsid).blockSize());
      assertEquals(256, controller.namespace(nsid).blocks());
      assertTrue(queue.write(nsid, 255, 1, at, 2));
      Setup.finish(queue, outcomes);
      outcomes.assertOk(2);
      namespaces.detach(nsid, me);
      assertThrows(IllegalArgumentException.class, () -> queue.read(nsid, 0, 1, at, 3));
      controller.dma().free(buffer);
    }
    namespaces.delete(nsid);
    assertFalse(admin.allocatedNamespaces().contains(nsid));
    assertEquals(left, admin.controller().big(ControllerField.UNVMCAP));
  }

  @Test
  void manyThreadsAtOnce() throws Exception {
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> threads =
        IntStream.range(0, 6)
            .mapToObj(i -> Thread.ofPlatform().start(() -> ask(failures)))
            .toList();
    for (Thread each : threads) {
      each.join();
    }
    assertEquals(List.of(), List.copyOf(failures));
  }

  private void ask(Queue<Throwable> failures) {
    try {
      FirmwareSlots slots = admin.logs().firmwareSlots();
      for (int i = 0; i < 300; i++) {
        assertEquals(identity.serial(), admin.controller().serial());
        assertEquals(slots, admin.logs().firmwareSlots());
      }
    } catch (Throwable e) {
      failures.add(e);
    }
  }
}
