// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every status times every command, each injected into the model: it reaches the very operation it
 * was for, bit by bit, and in words.
 */
@Timeout(120)
class StatusTableTest {
  private static final int OPCODES = 256;

  /** Each with what may be set beside it: more in the error log, do not retry. */
  private static final int[] FLAGS = {
    0, NvmeStatus.MORE, NvmeStatus.DO_NOT_RETRY, NvmeStatus.MORE | NvmeStatus.DO_NOT_RETRY
  };

  private final Trouble trouble = new Trouble();

  /** All that a completion can say but success: also reserved and vendor specific codes. */
  private static int[] statuses() {
    return IntStream.rangeClosed(1, 0x7FF)
        .flatMap(code -> Arrays.stream(FLAGS).map(flag -> code | flag))
        .toArray();
  }

  /** Those that have a name. */
  private static List<StatusCode> named() {
    return Arrays.stream(StatusCode.values()).filter(each -> each.value != 0).toList();
  }

  private Setup setup() throws NvmeException {
    BlockMetadata protection = new BlockMetadata(8, false, 1, false);
    ModelBuilder builder =
        ModelController.builder()
            .namespace(Backing.memory(1 << 20), 512)
            .namespace(Backing.memory(1 << 20), 512, protection);
    return new Setup(builder.faults(trouble), ControllerOptions.DEFAULT, 256);
  }

  /** A command of the queue pair. */
  private interface Command {
    boolean submit(QueuePair queue, long iova, long token);
  }

  private static final List<Command> COMMANDS =
      List.of(
          (queue, iova, token) -> queue.read(1, 1, 1, iova, token),
          (queue, iova, token) -> queue.write(1, 1, 1, iova, token),
          (queue, iova, token) -> queue.writeThrough(1, 1, 1, iova, token),
          (queue, iova, token) -> queue.compare(1, 1, 1, iova, token),
          (queue, iova, token) -> queue.writeZeroes(1, 1, 1, token),
          (queue, iova, token) -> queue.deallocate(1, 1, 1, token),
          (queue, iova, token) -> queue.flush(1, token),
          (queue, iova, token) -> queue.nvm(1).writeZeroes(1, 1, true, token),
          (queue, iova, token) -> queue.nvm(1).writeUncorrectable(1, 1, token),
          (queue, iova, token) -> queue.nvm(1).verify(1, 1, token),
          (queue, iova, token) -> queue.nvm(2).verify(1, 1, token),
          (queue, iova, token) -> queue.nvm(2).read(1, 1, iova, iova + 512, token),
          (queue, iova, token) -> queue.nvm(2).write(1, 1, iova, iova + 512, token),
          (queue, iova, token) -> queue.nvm(2).compare(1, 1, iova, iova + 512, token));

  /** Those that have a list of ranges. */
  private static List<Command> commandsOn(CopyRanges sources, DatasetRanges ranges) {
    return List.of(
        (queue, iova, token) -> queue.nvm(1).copy(sources, 1, token),
        (queue, iova, token) -> queue.nvm(1).manage(ranges, DatasetRanges.DEALLOCATE, token));
  }

  /** Has the commands answered with the statuses, in turn, and compares what comes. */
  private void assertTold(Setup setup, Command command, int[] statuses) throws NvmeException {
    int[] next = new int[1];
    trouble.io = each -> statuses[next[0]++];
    int[] told = new int[statuses.length];
    CompletionHandler handler =
        (token, status, result) -> {
          assertEquals(0, told[(int) token], "told twice");
          told[(int) token] = status;
        };
    for (int token = 0; token < statuses.length; token++) {
      while (!command.submit(setup.queue, setup.buffer.iova(), token)) {
        Setup.finish(setup.queue, handler);
      }
    }
    Setup.finish(setup.queue, handler);
    assertEquals(statuses.length, next[0]);
    assertEquals(-1, Arrays.mismatch(statuses, told));
  }

  @Test
  void everyStatusOfEveryCommandOfAQueuePair() throws Exception {
    int[] statuses = statuses();
    try (Setup setup = setup()) {
      for (Command command : COMMANDS) {
        assertTold(setup, command, statuses);
      }
      DmaMemory dma = setup.controller.dma();
      try (CopyRanges sources = CopyRanges.allocate(dma, 1).add(0, 1);
          DatasetRanges ranges = DatasetRanges.allocate(dma, 1).add(0, 1)) {
        for (Command command : commandsOn(sources, ranges)) {
          assertTold(setup, command, statuses);
        }
      }
      assertEquals(0, setup.controller.recoveries().resets(), "an error is no reason for a reset");
      trouble.io = command -> 0;
    }
  }

  @Test
  void everyStatusOfEitherCommandOfAPair() throws Exception {
    int[] statuses = statuses();
    try (Setup setup = setup()) {
      for (int opcode : new int[] {NvmOpcode.COMPARE, NvmOpcode.WRITE}) {
        int[] next = new int[1];
        trouble.io = each -> each.opcode == opcode ? statuses[next[0]++] : 0;
        int[] told = new int[statuses.length];
        CompletionHandler handler =
            (token, status, result) -> {
              assertEquals(0, told[(int) token], "told twice");
              told[(int) token] = status;
            };
        long iova = setup.buffer.iova();
        for (int token = 0; token < statuses.length; token++) {
          while (!setup.queue.nvm(1).compareAndWrite(1, 1, iova, iova, token)) {
            Setup.finish(setup.queue, handler);
          }
        }
        Setup.finish(setup.queue, handler);
        assertEquals(-1, Arrays.mismatch(statuses, told));
      }
      trouble.io = command -> 0;
    }
  }

  @Test
  void everyNamedStatusOfEveryIoOpcode() throws Exception {
    int[] statuses = named().stream().mapToInt(each -> each.value).toArray();
    try (Setup setup = setup()) {
      for (int opcode = 0; opcode < OPCODES; opcode++) {
        int code = opcode;
        assertTold(
            setup,
            (queue, iova, token) -> queue.command(code, 1, 0, 0, 0, iova, 0, token),
            statuses);
      }
      trouble.io = command -> 0;
    }
  }

  @Test
  void everyNamedStatusOfEveryAdminOpcode() throws Exception {
    try (ModelController model = ModelController.builder().faults(trouble).build()) {
      Handshake handshake = new Handshake(model);
      AdminQueue admin = new AdminQueue(model, handshake, 20_000);
      handshake.enable(admin.queue());
      for (StatusCode status : named()) {
        int injected = status.value | FLAGS[status.ordinal() % FLAGS.length];
        trouble.admin = command -> injected;
        for (int opcode = 0; opcode < OPCODES; opcode++) {
          int code = opcode;
          String name = AdminOpcode.name(opcode);
          NvmeException e =
              assertThrows(
                  NvmeException.class, () -> admin.execute(code, 0, 0, 0, name, "do so and so"));
          assertEquals(injected, e.status());
          assertEquals(
              name + ": " + NvmeStatus.describe(injected) + ": do so and so", e.getMessage());
        }
      }
    }
  }

  @Test
  void everyNamedStatusHasItsOwnWordsAndAnErrorNumber() {
    assertEquals(
        named().size(), named().stream().map(each -> each.words).distinct().count(), "words");
    for (StatusCode each : named()) {
      for (int flag : FLAGS) {
        int status = each.value | flag;
        assertTrue(NvmeStatus.describe(status).startsWith(each.words + " (SCT "), each.words);
        assertEquals(each.errno, NvmeStatus.errno(status), each.words);
        assertTrue(each.errno > 0 && each.errno < 4096, each.words);
      }
    }
  }
}
