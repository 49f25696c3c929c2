// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** What a controller can get wrong in a completion. Each ends its use until it is reset. */
enum Violation {
  /** Nothing was in flight in the queue. */
  UNREQUESTED("a completion that no command had asked for"),

  /** The identifier was never given out, is stale, or was completed before. */
  UNKNOWN_COMMAND("a completion with the identifier of no command in flight"),

  /** The submission queue identifier is another queue's. */
  WRONG_QUEUE("a completion of another submission queue"),

  /** The submission queue head is beyond what the controller was told of, or went back. */
  IMPOSSIBLE_HEAD("a completion with an impossible submission queue head");

  final String words;

  Violation(String words) {
    this.words = words;
  }
}
