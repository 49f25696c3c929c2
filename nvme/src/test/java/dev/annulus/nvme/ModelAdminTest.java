// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The model's admin commands, each with what can be wrong about it. */
@Timeout(30)
class ModelAdminTest {
  private static final long CONTIGUOUS = (long) AdminOpcode.QUEUE_CONTIGUOUS << 32;

  private ModelController model;
  private CommandQueue admin;
  private DmaBuffer page;
  private final Outcomes outcomes = new Outcomes();
  private long token;

  @BeforeEach
  void start() throws Exception {
    model =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), 512)
            .namespace(Backing.memory(1 << 20), 4096)
            .queueEntries(64)
            .queuePairs(2)
            .build();
    Handshake handshake = new Handshake(model);
    handshake.disable();
    admin = new CommandQueue(model, 0, 32, 4096, 12);
    handshake.enable(admin);
    page = model.dma().allocate(8192, 4096);
  }

  @AfterEach
  void stop() {
    model.close();
  }

  private int execute(int opcode, int nsid, long cdw10, long cdw12, long iova)
      throws NvmeException {
    token++;
    assertTrue(admin.submit(opcode, nsid, cdw10, cdw12, 0, iova, 0, token));
    admin.ring();
    admin.poll(outcomes, 100);
    return outcomes.status(token);
  }

  private int execute(int opcode, long cdw10) throws NvmeException {
    return execute(opcode, 0, cdw10, 0, page.iova());
  }

  private void assertOk(int status) {
    assertEquals(StatusCode.SUCCESS, StatusCode.of(status));
  }

  private void assertFails(StatusCode expected, int status) {
    assertEquals(expected, StatusCode.of(status));
    assertTrue((status & NvmeStatus.DO_NOT_RETRY) != 0);
  }

  private static long queue(int id, int entries) {
    return (entries - 1L) << 16 | id | CONTIGUOUS;
  }

  private int createCq(int id, int entries) throws NvmeException {
    return execute(AdminOpcode.CREATE_CQ, queue(id, entries));
  }

  private int createSq(int id, int entries, int cq) throws NvmeException {
    return execute(AdminOpcode.CREATE_SQ, queue(id, entries) | (long) cq << 48);
  }

  @Test
  void completionQueues() throws Exception {
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createCq(0, 16));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createCq(3, 16));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createCq(0xFFFF, 16));
    assertFails(StatusCode.INVALID_QUEUE_SIZE, createCq(1, 1));
    assertFails(StatusCode.INVALID_QUEUE_SIZE, createCq(1, 65));
    assertFails(
        StatusCode.INVALID_FIELD_IN_COMMAND,
        execute(AdminOpcode.CREATE_CQ, queue(1, 16) & ~CONTIGUOUS));
    long vector = 3L << 48 | (long) AdminOpcode.QUEUE_INTERRUPTS << 32;
    assertFails(
        StatusCode.INVALID_INTERRUPT_VECTOR, execute(AdminOpcode.CREATE_CQ, queue(1, 16) | vector));
    assertFails(
        StatusCode.PRP_OFFSET_INVALID,
        execute(AdminOpcode.CREATE_CQ, 0, queue(1, 16), 0, page.iova() + 8));
    assertFails(
        StatusCode.DATA_TRANSFER_ERROR, execute(AdminOpcode.CREATE_CQ, 0, queue(1, 16), 0, 0x1000));
    assertOk(createCq(1, 16));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createCq(1, 16));
    assertOk(execute(AdminOpcode.DELETE_CQ, 1));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, execute(AdminOpcode.DELETE_CQ, 1));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, execute(AdminOpcode.DELETE_CQ, 0));
  }

  @Test
  void submissionQueues() throws Exception {
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createSq(1, 16, 0));
    assertFails(StatusCode.COMPLETION_QUEUE_INVALID, createSq(1, 16, 1));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createSq(1, 16, 9));
    assertOk(createCq(1, 16));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createSq(0, 16, 1));
    assertFails(StatusCode.INVALID_QUEUE_SIZE, createSq(1, 1, 1));
    assertOk(createSq(1, 16, 1));
    assertOk(createSq(2, 16, 1));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createSq(2, 16, 1));
    assertFails(StatusCode.INVALID_QUEUE_DELETION, execute(AdminOpcode.DELETE_CQ, 1));
    assertOk(execute(AdminOpcode.DELETE_SQ, 1));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, execute(AdminOpcode.DELETE_SQ, 1));
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, execute(AdminOpcode.DELETE_SQ, 0));
    assertFails(StatusCode.INVALID_QUEUE_DELETION, execute(AdminOpcode.DELETE_CQ, 1));
    assertOk(execute(AdminOpcode.DELETE_SQ, 2));
    assertOk(execute(AdminOpcode.DELETE_CQ, 1));
  }

  @Test
  void numberOfQueues() throws Exception {
    long many = 99L << 48 | 99L << 32;
    assertOk(execute(AdminOpcode.SET_FEATURES, Feature.NUMBER_OF_QUEUES | many));
    assertEquals(0x0001_0001, outcomes.result(token), "two of each, 0-based");
    assertFails(
        StatusCode.INVALID_FIELD_IN_COMMAND,
        execute(AdminOpcode.SET_FEATURES, Feature.NUMBER_OF_QUEUES | 0xFFFFL << 32));
    assertOk(execute(AdminOpcode.SET_FEATURES, Feature.NUMBER_OF_QUEUES));
    assertEquals(0, outcomes.result(token), "one of each");
    assertFails(StatusCode.INVALID_QUEUE_IDENTIFIER, createCq(2, 16));
    assertOk(createCq(1, 16));
    assertFails(
        StatusCode.COMMAND_SEQUENCE_ERROR,
        execute(AdminOpcode.SET_FEATURES, Feature.NUMBER_OF_QUEUES));
  }

  @Test
  void features() throws Exception {
    assertOk(execute(AdminOpcode.GET_FEATURES, Feature.VOLATILE_WRITE_CACHE));
    assertEquals(1, outcomes.result(token));
    assertOk(execute(AdminOpcode.SET_FEATURES, Feature.VOLATILE_WRITE_CACHE));
    assertOk(execute(AdminOpcode.GET_FEATURES, Feature.VOLATILE_WRITE_CACHE));
    assertEquals(0, outcomes.result(token));
    assertOk(execute(AdminOpcode.GET_FEATURES, Feature.VOLATILE_WRITE_CACHE | 1 << 8));
    assertEquals(1, outcomes.result(token), "the default");
    assertOk(execute(AdminOpcode.GET_FEATURES, Feature.VOLATILE_WRITE_CACHE | 3 << 8));
    assertEquals(4, outcomes.result(token), "changeable");
    assertFails(
        StatusCode.INVALID_FIELD_IN_COMMAND,
        execute(AdminOpcode.GET_FEATURES, Feature.VOLATILE_WRITE_CACHE | 7 << 8));
    assertFails(
        StatusCode.FEATURE_IDENTIFIER_NOT_SAVEABLE,
        execute(
            AdminOpcode.SET_FEATURES,
            (Feature.VOLATILE_WRITE_CACHE | Feature.SAVE) & 0xFFFF_FFFFL));
    assertFails(StatusCode.INVALID_FIELD_IN_COMMAND, execute(AdminOpcode.GET_FEATURES, 0xFE));
    assertFails(StatusCode.INVALID_FIELD_IN_COMMAND, execute(AdminOpcode.SET_FEATURES, 0x03));
  }

  @Test
  void identify() throws Exception {
    assertOk(execute(AdminOpcode.IDENTIFY, 2, Identify.CNS_NAMESPACE, 0, page.iova()));
    assertEquals(256, page.memory().get(JAVA_LONG, Identify.NSZE));
    assertEquals(3, page.memory().get(JAVA_BYTE, Identify.FLBAS));
    assertEquals(12, page.memory().get(JAVA_BYTE, Identify.LBAF + 3 * 4 + 2));
    assertOk(execute(AdminOpcode.IDENTIFY, 1, Identify.CNS_ACTIVE_NAMESPACES, 0, page.iova()));
    assertEquals(2, page.memory().get(JAVA_INT, 0));
    assertEquals(0, page.memory().get(JAVA_INT, 4));
    assertOk(execute(AdminOpcode.IDENTIFY, 1, Identify.CNS_NAMESPACE_DESCRIPTORS, 0, page.iova()));
    assertEquals(Identify.NIDT_NGUID, page.memory().get(JAVA_BYTE, Identify.NIDT));
    assertEquals(16, page.memory().get(JAVA_BYTE, Identify.NIDL));
    assertFails(
        StatusCode.INVALID_NAMESPACE_OR_FORMAT,
        execute(AdminOpcode.IDENTIFY, 3, Identify.CNS_NAMESPACE, 0, page.iova()));
    assertFails(
        StatusCode.INVALID_NAMESPACE_OR_FORMAT,
        execute(AdminOpcode.IDENTIFY, -1, Identify.CNS_ACTIVE_NAMESPACES, 0, page.iova()));
    assertFails(StatusCode.INVALID_FIELD_IN_COMMAND, execute(AdminOpcode.IDENTIFY, 0x1F));
    int status = execute(AdminOpcode.IDENTIFY, 0, Identify.CNS_CONTROLLER, 0, 0x5000);
    assertEquals(StatusCode.DATA_TRANSFER_ERROR, StatusCode.of(status));
  }

  @Test
  void unknownCommands() throws Exception {
    assertFails(StatusCode.INVALID_COMMAND_OPCODE, execute(0xC5, 0));
    assertFails(StatusCode.INVALID_COMMAND_OPCODE, execute(AdminOpcode.KEEP_ALIVE, 0));
    assertOk(execute(AdminOpcode.GET_FEATURES, Feature.ARBITRATION));
  }

  @Test
  void abortOfWhatIsNotThere() throws Exception {
    assertOk(execute(AdminOpcode.ABORT, 7L << 16 | 1));
    assertEquals(1, outcomes.result(token), "not aborted");
  }

  private static long logPage(int page, int bytes) {
    return (bytes / 4 - 1L) << 16 | page;
  }

  @Test
  void errorLog() throws Exception {
    assertFails(StatusCode.INVALID_COMMAND_OPCODE, execute(0xC5, 0));
    assertFails(StatusCode.INVALID_FIELD_IN_COMMAND, execute(AdminOpcode.GET_FEATURES, 0xFE));
    assertOk(execute(AdminOpcode.GET_LOG_PAGE, logPage(LogPage.ERROR, 4096)));
    assertEquals(2, page.memory().get(JAVA_LONG, LogPage.ERROR_COUNT), "newest first");
    int status = page.memory().get(JAVA_SHORT, LogPage.ERROR_STATUS) & 0xFFFF;
    assertEquals(StatusCode.INVALID_FIELD_IN_COMMAND, StatusCode.of(status >>> 1));
    assertEquals(1, page.memory().get(JAVA_LONG, LogPage.ERROR_SIZE + LogPage.ERROR_COUNT));
    assertEquals(0, page.memory().get(JAVA_LONG, 2 * LogPage.ERROR_SIZE));
    page.memory().fill((byte) 0xEE);
    assertOk(execute(AdminOpcode.GET_LOG_PAGE, 0, logPage(LogPage.ERROR, 64), 64, page.iova()));
    assertEquals(1, page.memory().get(JAVA_LONG, LogPage.ERROR_COUNT), "from an offset");
    assertEquals((byte) 0xEE, page.memory().get(JAVA_BYTE, 64), "no more than asked for");
  }

  @Test
  void otherLogs() throws Exception {
    assertOk(execute(AdminOpcode.GET_LOG_PAGE, logPage(LogPage.SMART, 512)));
    assertEquals(100, page.memory().get(JAVA_BYTE, LogPage.SMART_SPARE));
    assertOk(execute(AdminOpcode.GET_LOG_PAGE, logPage(LogPage.FIRMWARE_SLOT, 512)));
    assertEquals('0', page.memory().get(JAVA_BYTE, LogPage.FIRMWARE_SLOT1));
    assertFails(StatusCode.INVALID_LOG_PAGE, execute(AdminOpcode.GET_LOG_PAGE, logPage(0x77, 512)));
    assertFails(
        StatusCode.INVALID_FIELD_IN_COMMAND,
        execute(AdminOpcode.GET_LOG_PAGE, 0, logPage(LogPage.SMART, 512), 513, page.iova()));
  }

  @Test
  void eventsAreToldOnceAndMaskedUntilTheLogIsRead() throws Exception {
    for (int i = 1; i <= 4; i++) {
      assertTrue(admin.submit(AdminOpcode.ASYNC_EVENT, 0, 0, 0, 0, 0, 0, 1000 + i));
    }
    assertFails(
        StatusCode.ASYNCHRONOUS_EVENT_REQUEST_LIMIT_EXCEEDED, execute(AdminOpcode.ASYNC_EVENT, 0));
    model.submissionDoorbell(2, 1);
    assertEquals(1, admin.poll(outcomes, 10));
    assertEquals(0x0001_0000, outcomes.result(1004), "error, invalid register, error log");
    model.submissionDoorbell(0, 99);
    assertEquals(0, admin.poll(outcomes, 10), "masked");
    assertOk(execute(AdminOpcode.GET_LOG_PAGE, logPage(LogPage.ERROR, 64)));
    admin.poll(outcomes, 10);
    assertEquals(0x0001_0100, outcomes.result(1003), "error, invalid value, error log");
    model.completionDoorbell(2, 0);
    assertEquals(0, admin.poll(outcomes, 10), "masked again");
    assertEquals(2, admin.inFlight());
  }

  @Test
  void fusedAndSglCommandsAreRefused() throws Exception {
    for (int flags : new int[] {1, 2, 0x40, 0x80}) {
      token++;
      int slot = (int) (admin.counters().commands() % admin.entries());
      assertTrue(admin.submit(AdminOpcode.ABORT, 0, 0, 0, 0, 0, 0, token));
      DmaTable table = ((ModelDma) model.dma()).table();
      int entry = table.find(admin.sqIova(), 1);
      table.segment(entry).set(JAVA_BYTE, slot * (long) Sqe.SIZE + 1, (byte) flags);
      admin.ring();
      admin.poll(outcomes, 10);
      assertFails(StatusCode.INVALID_FIELD_IN_COMMAND, outcomes.status(token));
    }
  }
}
