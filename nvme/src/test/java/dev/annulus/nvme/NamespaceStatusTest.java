// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What can be wrong with the making of namespaces, each with its status; and who has how much. */
@Timeout(30)
class NamespaceStatusTest {
  private static final int ME = ModelConfig.CONTROLLER;
  private static final long CAPACITY = 1 << 20;

  private ModelController model;
  private Controller controller;
  private Admin admin;
  private NamespaceAdmin namespaces;

  @BeforeEach
  void start() throws Exception {
    model =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), 512)
            .management(CAPACITY, Backing::memory)
            .build();
    controller = Controller.start(model, ControllerOptions.DEFAULT);
    admin = controller.admin();
    namespaces = admin.namespaces();
  }

  @AfterEach
  void stop() throws Exception {
    controller.close();
    model.close();
  }

  private static void assertFails(StatusCode expected, String remedy, Executable call) {
    NvmeException e = assertThrows(NvmeException.class, call);
    assertEquals(expected, StatusCode.of(e.status()), e.getMessage());
    assertTrue(e.getMessage().contains(expected.words), e.getMessage());
    assertTrue(e.getMessage().contains(remedy), e.getMessage());
  }

  @Test
  void capacity() throws Exception {
    assertEquals(total(2 << 20), admin.controller().big(ControllerField.TNVMCAP));
    int first = namespaces.create(NamespaceSpec.of(1024, 0));
    assertEquals(total(1 << 19), admin.controller().big(ControllerField.UNVMCAP));
    assertFails(
        StatusCode.NAMESPACE_INSUFFICIENT_CAPACITY,
        "unallocated capacity",
        () -> namespaces.create(NamespaceSpec.of(1025, 0)));
    assertFails(
        StatusCode.NAMESPACE_INSUFFICIENT_CAPACITY,
        "delete namespaces",
        () -> namespaces.create(NamespaceSpec.of(Long.MAX_VALUE, 3)));
    namespaces.create(NamespaceSpec.of(1024, 0));
    assertEquals(BigInteger.ZERO, admin.controller().big(ControllerField.UNVMCAP));
    namespaces.delete(first);
    assertEquals(total(1 << 19), admin.controller().big(ControllerField.UNVMCAP));
    namespaces.delete(1);
    assertEquals(List.of(), controller.namespaces());
    namespaces.deleteAll();
    assertEquals(total(2 << 20), admin.controller().big(ControllerField.UNVMCAP));
    assertEquals(List.of(), admin.allocatedNamespaces());
  }

  private static BigInteger total(long bytes) {
    return BigInteger.valueOf(bytes);
  }

  @Test
  void identifiers() throws Exception {
    for (int nsid = 2; nsid <= ModelNamespaces.MOST; nsid++) {
      assertEquals(nsid, namespaces.create(NamespaceSpec.of(1, 0)));
    }
    assertFails(
        StatusCode.NAMESPACE_IDENTIFIER_UNAVAILABLE,
        "delete a namespace",
        () -> namespaces.create(NamespaceSpec.of(1, 0)));
    namespaces.delete(7);
    assertEquals(7, namespaces.create(NamespaceSpec.of(1, 0)));
    assertEquals(ModelNamespaces.MOST, admin.allocatedNamespaces().size());
  }

  @Test
  void attachments() throws Exception {
    assertFails(
        StatusCode.NAMESPACE_ALREADY_ATTACHED,
        "attached there already",
        () -> namespaces.attach(1, ME));
    namespaces.detach(1, ME);
    assertEquals(List.of(), controller.namespaces());
    assertEquals(List.of(), admin.controllersOf(1));
    assertFails(
        StatusCode.NAMESPACE_NOT_ATTACHED, "nothing is to be done", () -> namespaces.detach(1, ME));
    assertFails(
        StatusCode.CONTROLLER_LIST_INVALID, "ascending", () -> namespaces.attach(1, ME + 1));
    assertFails(
        StatusCode.CONTROLLER_LIST_INVALID, "ascending", () -> namespaces.attach(1, ME, ME + 1));
    assertThrows(IllegalArgumentException.class, () -> namespaces.attach(1, 2, 1));
    assertThrows(IllegalArgumentException.class, () -> namespaces.attach(1));
    assertFails(StatusCode.INVALID_NAMESPACE_OR_FORMAT, "no such", () -> namespaces.attach(9, ME));
    assertFails(StatusCode.INVALID_NAMESPACE_OR_FORMAT, "no such", () -> namespaces.delete(9));
    namespaces.attach(1, ME);
    assertEquals(1, controller.namespaces().size());
  }

  @Test
  void whatTheModelHasNot() {
    NamespaceSpec plain = NamespaceSpec.of(8, 0);
    assertFails(
        StatusCode.INVALID_FORMAT,
        "LBA formats",
        () -> namespaces.create(NamespaceSpec.of(8, ModelFormats.COUNT)));
    assertFails(
        StatusCode.INVALID_FORMAT, "LBA formats", () -> namespaces.create(with(plain, 1, 8, 0, 0)));
    assertFails(
        StatusCode.THIN_PROVISIONING_NOT_SUPPORTED,
        "equal to the size",
        () -> namespaces.create(with(plain, 0, 4, 0, 0)));
    assertFails(
        StatusCode.ANA_GROUP_IDENTIFIER_INVALID,
        "",
        () -> namespaces.create(with(plain, 0, 8, 3, 0)));
    assertFails(
        StatusCode.IO_COMMAND_SET_NOT_SUPPORTED,
        "command sets",
        () -> namespaces.create(with(plain, 0, 8, 0, 2)));
    assertThrows(IllegalArgumentException.class, () -> NamespaceSpec.of(0, 0));
    assertThrows(IllegalArgumentException.class, () -> NamespaceSpec.of(1, 64));
  }

  private static NamespaceSpec with(
      NamespaceSpec spec, int protection, long capacity, int group, int set) {
    return new NamespaceSpec(
        spec.blocks(), capacity, spec.format(), false, protection, false, group, 0, 0, set);
  }

  @Test
  void withoutManagement() throws Exception {
    try (ModelController other =
            ModelController.builder().namespace(Backing.memory(1 << 20), 512).build();
        Controller plain = Controller.start(other, ControllerOptions.DEFAULT)) {
      assertFails(
          StatusCode.INVALID_COMMAND_OPCODE,
          "does not offer it",
          () -> plain.admin().namespaces().create(NamespaceSpec.of(8, 0)));
      assertFails(
          StatusCode.INVALID_COMMAND_OPCODE,
          "does not offer it",
          () -> plain.admin().namespaces().attach(1, ME));
      assertThrows(NvmeException.class, () -> plain.admin().allocatedNamespaces());
      assertEquals(1, plain.namespaces().size());
    }
  }

  @Test
  void sanitizesEverything() throws Exception {
    assertEquals(SanitizeStatus.State.NEVER, admin.logs().sanitizeStatus().state());
    for (SanitizeSpec.Action each : SanitizeSpec.Action.values()) {
      try (QueuePair queue = controller.openQueuePair(8)) {
        DmaBuffer buffer = controller.dma().allocate(512, 4096);
        Outcomes outcomes = new Outcomes();
        buffer.memory().fill((byte) 0x5A);
        assertTrue(queue.write(1, 3, 1, buffer.iova(), 1));
        Setup.finish(queue, outcomes);
        namespaces.sanitizeSubsystem(new SanitizeSpec(each, false, 1, false, 0x0101_0101, false));
        assertTrue(queue.read(1, 3, 1, buffer.iova(), 2));
        Setup.finish(queue, outcomes);
        byte expected = 0;
        if (each == SanitizeSpec.Action.OVERWRITE) {
          expected = 1;
        } else if (each == SanitizeSpec.Action.EXIT_FAILURE) {
          expected = 0x5A;
        }
        assertEquals(expected, buffer.memory().get(JAVA_BYTE, 511), "" + each);
        controller.dma().free(buffer);
      }
    }
    SanitizeStatus status = admin.logs().sanitizeStatus();
    assertEquals(SanitizeStatus.State.COMPLETED, status.state());
    assertTrue(status.erased());
  }
}
