// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How far the latest sanitize is (Sanitize Status).
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 244.
 *
 * @param state what became of it
 * @param progress of 65,536, while it is {@link State#RUNNING}; else 65,535
 * @param erased whether nothing was written since all was sanitized or made (Global Data Erased)
 * @param overwriteSeconds estimated time, 4,294,967,295 where it is not known
 * @param blockSeconds estimated time to erase blocks, likewise
 * @param cryptographicSeconds estimated time to erase cryptographically, likewise
 */
public record SanitizeStatus(
    State state,
    int progress,
    boolean erased,
    long overwriteSeconds,
    long blockSeconds,
    long cryptographicSeconds) {
  /** What became of a sanitize. */
  public enum State {
    /** There was none. */
    NEVER,

    /** It is done. */
    COMPLETED,

    /** It runs. */
    RUNNING,

    /** It failed. */
    FAILED,

    /** It is done, and blocks were deallocated though that was not asked for. */
    COMPLETED_DEALLOCATED,

    /** The controller says what the specification does not. */
    UNKNOWN
  }

  /** Sanitize Status: the state. */
  static final int STATE_MASK = 7;

  /** Sanitize Status: Global Data Erased. */
  static final int ERASED = 1 << 8;

  static SanitizeStatus parse(byte[] data) {
    int status = LittleEndian.u16(data, LogPage.SANITIZE_STATUS);
    State[] states = State.values();
    return new SanitizeStatus(
        states[Math.min(status & STATE_MASK, states.length - 1)],
        LittleEndian.u16(data, LogPage.SANITIZE_PROGRESS),
        (status & ERASED) != 0,
        LittleEndian.u32(data, LogPage.SANITIZE_SECONDS),
        LittleEndian.u32(data, LogPage.SANITIZE_SECONDS + 4),
        LittleEndian.u32(data, LogPage.SANITIZE_SECONDS + 8));
  }
}
