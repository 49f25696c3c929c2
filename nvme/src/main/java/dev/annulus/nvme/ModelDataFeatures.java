// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** The model's features whose value is data: its clock, and what the host is called. */
final class ModelDataFeatures {
  /** Timestamp: 48 bits of milliseconds; above them, in bits 3:1, where they come from. */
  private static final long MILLIS_MASK = (1L << 48) - 1;

  private static final long SET_BY_HOST = 1L << 49;

  private final ModelTransfer transfer;
  private final byte[] host = new byte[16];
  private boolean longIdentifier;
  private long clock;
  private long setAt = System.nanoTime();
  private boolean set;

  ModelDataFeatures(ModelTransfer transfer) {
    this.transfer = transfer;
  }

  static boolean has(int feature) {
    return feature == Feature.TIMESTAMP || feature == Feature.HOST_IDENTIFIER;
  }

  int get(ModelCommand command) {
    if ((command.cdw10Low() >>> Feature.SELECT_SHIFT & 7) == Feature.SELECT_SUPPORT) {
      command.result = FeatureSupport.CHANGEABLE;
      return 0;
    }
    MemorySegment page = transfer.page();
    page.fill((byte) 0);
    if ((command.cdw10Low() & 0xFF) == Feature.TIMESTAMP) {
      long millis = clock + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - setAt);
      page.set(JAVA_LONG, 0, millis & MILLIS_MASK | (set ? SET_BY_HOST : 0));
      return transfer.send(command, Feature.TIMESTAMP_SIZE);
    }
    boolean all = (command.cdw11() & Feature.LONG_HOST_IDENTIFIER) != 0;
    if (all != longIdentifier && any()) {
      return StatusCode.HOST_IDENTIFIER_INCONSISTENT_FORMAT.value | NvmeStatus.DO_NOT_RETRY;
    }
    int bytes = all ? host.length : Long.BYTES;
    MemorySegment.copy(MemorySegment.ofArray(host), 0, page, 0, bytes);
    return transfer.send(command, bytes);
  }

  private boolean any() {
    for (byte each : host) {
      if (each != 0) {
        return true;
      }
    }
    return false;
  }

  int set(ModelCommand command) {
    if ((command.cdw10Low() & Feature.SAVE) != 0) {
      return StatusCode.FEATURE_IDENTIFIER_NOT_SAVEABLE.value | NvmeStatus.DO_NOT_RETRY;
    }
    return (command.cdw10Low() & 0xFF) == Feature.TIMESTAMP ? setClock(command) : setHost(command);
  }

  private int setClock(ModelCommand command) {
    int status = transfer.receive(command, Feature.TIMESTAMP_SIZE);
    if (status == 0) {
      clock = transfer.page().get(JAVA_LONG, 0) & MILLIS_MASK;
      setAt = System.nanoTime();
      set = true;
    }
    return status;
  }

  private int setHost(ModelCommand command) {
    boolean all = (command.cdw11() & Feature.LONG_HOST_IDENTIFIER) != 0;
    int bytes = all ? host.length : Long.BYTES;
    int status = transfer.receive(command, bytes);
    if (status == 0) {
      longIdentifier = all;
      MemorySegment.copy(transfer.page(), 0, MemorySegment.ofArray(host), 0, bytes);
    }
    return status;
  }

  /** The clock goes on over a reset; the host is not known any more. */
  void reset() {
    Arrays.fill(host, (byte) 0);
    longIdentifier = false;
  }
}
