// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;

/**
 * What a model controller is like.
 *
 * @param namespaces in order of their identifiers, which begin at 1
 * @param queueEntries most entries of an I/O queue, 2 to 65,536
 * @param ioQueues most I/O queue pairs
 * @param vectors interrupt vectors
 * @param mdts largest transfer, as a power of two of 4096 bytes, 1 to 13
 * @param doorbellStride CAP.DSTRD
 * @param appendLimit Zone Append Size Limit, as {@code mdts}, or 0 for the same
 * @param sgls whether I/O commands may use SGLs
 * @param shadowDoorbells whether it has Doorbell Buffer Config
 * @param threaded whether a thread of its own executes, or the one that rings
 * @param latencyNanos how long each I/O command takes at least
 * @param faults what it does wrong on purpose
 */
record ModelConfig(
    List<ModelNamespace> namespaces,
    int queueEntries,
    int ioQueues,
    int vectors,
    int mdts,
    int doorbellStride,
    int appendLimit,
    boolean sgls,
    boolean shadowDoorbells,
    boolean threaded,
    long latencyNanos,
    Faults faults) {
  static final String MODEL = "Annulus model controller";
  static final String SERIAL = "ANNULUS0001";
  static final String FIRMWARE = "0.1";
  static final String SUBSYSTEM = "nqn.2026-11.dev.annulus:model";

  /** Version 1.4.0. */
  static final int VERSION = 0x0001_0400;

  /** Largest memory page: 64 KiB. */
  static final int MAX_PAGE = 4;

  /** Abort commands and event requests at a time. */
  static final int ADMIN_LIMIT = 4;

  /** Entries of the error log. */
  static final int ERROR_ENTRIES = 64;

  /** CAP.TO: 5 seconds. */
  private static final long TIMEOUT_UNITS = 10;

  long capabilities() {
    return (queueEntries - 1)
        | Registers.CAP_CQR
        | TIMEOUT_UNITS << 24
        | (long) doorbellStride << 32
        | (long) (zoned() ? Registers.CSS_NVM | Registers.CSS_IOCS : Registers.CSS_NVM) << 37
        | (long) MAX_PAGE << 52;
  }

  /** Whether there are zones, and so more command sets than one. */
  boolean zoned() {
    return namespaces.stream().anyMatch(each -> each.zones() != null);
  }

  /** The most bytes of a Zone Append. */
  long maxAppend() {
    return appendLimit == 0 ? maxTransfer() : Math.min(maxTransfer(), 4096L << appendLimit);
  }

  long maxTransfer() {
    return 4096L << mdts;
  }

  /** Bytes of the largest block of all, its metadata included. */
  long largestBlock() {
    return namespaces.stream()
        .mapToLong(each -> each.blockSize() + each.metadata().size())
        .max()
        .orElse(4096);
  }

  /** A namespace by an identifier from outside, or null. */
  ModelNamespace namespace(int nsid) {
    return nsid > 0 && nsid <= namespaces.size() ? namespaces.get(nsid - 1) : null;
  }
}
