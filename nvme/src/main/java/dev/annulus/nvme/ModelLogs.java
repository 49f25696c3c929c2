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

/** The model's log pages: errors, SMART, firmware slots. */
final class ModelLogs {
  private static final int ENTRIES = ModelConfig.ERROR_ENTRIES;

  /** A data unit of the SMART page is 1,000 times 512 bytes. */
  private static final long UNIT = 512_000;

  private static final short ROOM_TEMPERATURE = 300;

  private final MemorySegment errors =
      Arena.ofAuto().allocate((long) ENTRIES * LogPage.ERROR_SIZE, 8);
  private long errorCount;
  private long reads;
  private long writes;
  private long bytesRead;
  private long bytesWritten;

  void read(long bytes) {
    reads++;
    bytesRead += bytes;
  }

  void written(long bytes) {
    writes++;
    bytesWritten += bytes;
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
      default -> -1;
    };
  }

  /** Writes a page, which fits 4096 bytes. */
  void write(int page, MemorySegment into) {
    into.fill((byte) 0);
    switch (page) {
      case LogPage.ERROR -> newestFirst(into);
      case LogPage.SMART -> smart(into);
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

  private void newestFirst(MemorySegment into) {
    long number = Math.min(errorCount, ENTRIES);
    for (long i = 0; i < number; i++) {
      long from = (errorCount - 1 - i) % ENTRIES * LogPage.ERROR_SIZE;
      MemorySegment.copy(errors, from, into, i * LogPage.ERROR_SIZE, LogPage.ERROR_SIZE);
    }
  }

  private void smart(MemorySegment into) {
    into.set(JAVA_SHORT_UNALIGNED, LogPage.SMART_TEMPERATURE, ROOM_TEMPERATURE);
    into.set(JAVA_BYTE, LogPage.SMART_SPARE, (byte) 100);
    into.set(JAVA_BYTE, LogPage.SMART_SPARE_THRESHOLD, (byte) 10);
    into.set(JAVA_LONG, LogPage.SMART_UNITS_READ, (bytesRead + UNIT - 1) / UNIT);
    into.set(JAVA_LONG, LogPage.SMART_UNITS_WRITTEN, (bytesWritten + UNIT - 1) / UNIT);
    into.set(JAVA_LONG, LogPage.SMART_READS, reads);
    into.set(JAVA_LONG, LogPage.SMART_WRITES, writes);
    into.set(JAVA_LONG, LogPage.SMART_POWER_CYCLES, 1);
    into.set(JAVA_LONG, LogPage.SMART_ERRORS, errorCount);
  }
}
