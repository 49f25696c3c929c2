// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

/**
 * What a ring is, and what it counted.
 *
 * @param kind {@code io_uring} or {@code thread pool}
 * @param reason why the stand-in is used, or which set-up flags the kernel refused; may be empty
 * @param setupFlags {@code IORING_SETUP_*} bits in force, 0 for the stand-in
 * @param features {@code IORING_FEAT_*} bits of the kernel, 0 for the stand-in
 * @param entries submission entries
 * @param cqEntries completion entries
 * @param systemCalls calls of {@code io_uring_enter} since it was opened
 * @param backlogs how often the kernel was found to hold completions back that had no room in the
 *     queue, which only operations that complete many times, and messages of other rings, can lead
 *     to; they came afterwards
 * @param overflows completions that are lost: 0 unless the kernel had no memory to hold them back
 */
public record RingInfo(
    String kind,
    String reason,
    int setupFlags,
    int features,
    int entries,
    int cqEntries,
    long systemCalls,
    long backlogs,
    long overflows) {

  /**
   * The same as a JSON object.
   *
   * @return one line
   */
  public String toJson() {
    String text = reason.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ");
    return "{\"kind\": \""
        + kind
        + "\", \"reason\": \""
        + text
        + "\", \"setup_flags\": "
        + Integer.toUnsignedString(setupFlags)
        + ", \"features\": "
        + Integer.toUnsignedString(features)
        + ", \"entries\": "
        + entries
        + ", \"cq_entries\": "
        + cqEntries
        + ", \"system_calls\": "
        + systemCalls
        + ", \"backlogs\": "
        + backlogs
        + ", \"overflows\": "
        + overflows
        + "}";
  }
}
