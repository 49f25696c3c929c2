// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/** The model's log pages. */
final class ModelLogs {
  private static final int ENTRIES = ModelConfig.ERROR_ENTRIES;

  /** A data unit of the SMART page is 1,000 times 512 bytes. */
  private static final long UNIT = 512_000;

  /** Effects: no other command of any namespace meanwhile. */
  private static final int ALONE = 2 << 16;

  /** Sanitize: done, and nothing was written since. */
  private static final int SANITIZED = 1 | SanitizeStatus.ERASED;

  private static final int ALL_DONE = 0xFFFF;

  private final ModelHealth health;
  private final ModelConfig config;
  private final ModelNamespaces namespaces;
  private final MemorySegment errors =
      Arena.ofAuto().allocate((long) ENTRIES * LogPage.ERROR_SIZE, 8);
  private long errorCount;
  private long reads;
  private long writes;
  private long bytesRead;
  private long bytesWritten;
  private int sanitizeStatus;
  private IntPredicate io = opcode -> false;
  private int sanitizeCommand;

  ModelLogs(ModelHealth health, ModelConfig config) {
    this.health = health;
    this.config = config;
    namespaces = config.namespaces();
  }

  void read(long bytes) {
    reads++;
    bytesRead += bytes;
  }

  void written(long bytes) {
    writes++;
    bytesWritten += bytes;
    sanitizeStatus &= ~SanitizeStatus.ERASED;
  }

  /** Which I/O opcodes there are. */
  void knows(IntPredicate opcodes) {
    io = opcodes;
  }

  /** A sanitize is done. */
  void sanitized(int cdw10) {
    sanitizeStatus = SANITIZED;
    sanitizeCommand = cdw10;
  }

  /** Notes a command that failed. */
  void error(ModelCommand command, int status) {
    long at = errorCount++ % ENTRIES * LogPage.ERROR_SIZE;
    errors.set(JAVA_LONG, at + LogPage.ERROR_COUNT, errorCount);
    errors.set(JAVA_SHORT, at + LogPage.ERROR_SQID, (short) command.queue.id);
    errors.set(JAVA_SHORT, at + LogPage.ERROR_CID, (short) command.id);
    errors.set(JAVA_SHORT, at + LogPage.ERROR_STATUS, (short) (status << 1));
    errors.set(JAVA_LONG, at + LogPage.ERROR_LBA, command.cdw10);
    errors.set(JAVA_INT, at + LogPage.ERROR_NSID, command.nsid);
  }

  /** The size of a page, -1 where there is no such page. */
  int size(int page) {
    return switch (page) {
      case LogPage.ERROR -> ENTRIES * LogPage.ERROR_SIZE;
      case LogPage.SMART -> LogPage.SMART_SIZE;
      case LogPage.FIRMWARE_SLOT -> LogPage.FIRMWARE_SIZE;
      case LogPage.CHANGED_NAMESPACES -> LogPage.CHANGED_SIZE;
      case LogPage.EFFECTS -> LogPage.EFFECTS_SIZE;
      case LogPage.SANITIZE -> LogPage.SANITIZE_SIZE;
      default -> -1;
    };
  }

  /** Writes a page, which fits 4096 bytes. */
  void write(int page, MemorySegment into) {
    into.fill((byte) 0);
    switch (page) {
      case LogPage.ERROR -> newestFirst(into);
      case LogPage.SMART -> smart(into);
      case LogPage.CHANGED_NAMESPACES -> changed(into);
      case LogPage.EFFECTS -> effects(into);
      case LogPage.SANITIZE -> sanitize(into);
      default -> {
        into.set(JAVA_BYTE, LogPage.FIRMWARE_ACTIVE, (byte) 1);
        String revision = "%-8s".formatted(ModelConfig.FIRMWARE);
        MemorySegment.copy(
            MemorySegment.ofArray(revision.getBytes(StandardCharsets.US_ASCII)),
            0,
            into,
            LogPage.FIRMWARE_SLOT1,
            revision.length());
      }
    }
  }

  /** A page was read by a host that has understood it. */
  void wasRead(int page) {
    if (page == LogPage.CHANGED_NAMESPACES) {
      namespaces.changed().clear();
    }
  }

  private void changed(MemorySegment into) {
    if (namespaces.changed().size() > ModelNamespaces.MOST_CHANGED) {
      into.set(JAVA_INT, 0, Identify.ALL_NAMESPACES);
      return;
    }
    long at = 0;
    for (int nsid : namespaces.changed().stream().sorted().toList()) {
      into.set(JAVA_INT, at, nsid);
      at += Integer.BYTES;
    }
  }

  private void effects(MemorySegment into) {
    for (int opcode = 0; opcode <= 0xFF; opcode++) {
      if (ModelAdmin.known(opcode, config)) {
        into.set(JAVA_INT, 4L * opcode, CommandEffects.Effect.SUPPORTED | adminEffects(opcode));
      }
      if (io.test(opcode)) {
        into.set(
            JAVA_INT,
            LogPage.EFFECTS_IO + 4L * opcode,
            CommandEffects.Effect.SUPPORTED | ioEffects(opcode));
      }
    }
  }

  private static int adminEffects(int opcode) {
    return switch (opcode) {
      case AdminOpcode.FORMAT_NVM ->
          CommandEffects.Effect.BLOCKS | CommandEffects.Effect.NAMESPACE | ALONE;
      case AdminOpcode.SANITIZE -> CommandEffects.Effect.BLOCKS | ALONE;
      case AdminOpcode.NAMESPACE_MANAGEMENT, AdminOpcode.NAMESPACE_ATTACHMENT ->
          CommandEffects.Effect.INVENTORY;
      default -> 0;
    };
  }

  private static int ioEffects(int opcode) {
    return switch (opcode) {
      case NvmOpcode.FLUSH, NvmOpcode.READ, NvmOpcode.COMPARE -> 0;
      default -> CommandEffects.Effect.BLOCKS;
    };
  }

  private void sanitize(MemorySegment into) {
    into.set(JAVA_SHORT, LogPage.SANITIZE_PROGRESS, (short) ALL_DONE);
    into.set(JAVA_SHORT, LogPage.SANITIZE_STATUS, (short) sanitizeStatus);
    into.set(JAVA_INT, LogPage.SANITIZE_STATUS + 2, sanitizeCommand);
  }

  private void newestFirst(MemorySegment into) {
    long number = Math.min(errorCount, ENTRIES);
    for (long i = 0; i < number; i++) {
      long from = (errorCount - 1 - i) % ENTRIES * LogPage.ERROR_SIZE;
      MemorySegment.copy(errors, from, into, i * LogPage.ERROR_SIZE, LogPage.ERROR_SIZE);
    }
  }

  private void smart(MemorySegment into) {
    into.set(JAVA_BYTE, LogPage.SMART_WARNING, (byte) health.warnings());
    into.set(JAVA_SHORT_UNALIGNED, LogPage.SMART_TEMPERATURE, (short) health.temperature());
    into.set(JAVA_BYTE, LogPage.SMART_SPARE, (byte) health.spare());
    into.set(JAVA_BYTE, LogPage.SMART_SPARE_THRESHOLD, (byte) ModelHealth.SPARE_THRESHOLD);
    into.set(JAVA_LONG, LogPage.SMART_UNITS_READ, (bytesRead + UNIT - 1) / UNIT);
    into.set(JAVA_LONG, LogPage.SMART_UNITS_WRITTEN, (bytesWritten + UNIT - 1) / UNIT);
    into.set(JAVA_LONG, LogPage.SMART_READS, reads);
    into.set(JAVA_LONG, LogPage.SMART_WRITES, writes);
    into.set(JAVA_LONG, LogPage.SMART_POWER_CYCLES, 1);
    into.set(JAVA_LONG, LogPage.SMART_ERRORS, errorCount);
  }
}
