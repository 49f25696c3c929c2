// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

/**
 * The other end of a ring broke the protocol: it wrote a word that cannot be true. The session is
 * over; nothing was read or written outside the ring.
 */
public final class RingViolationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The word that the other side wrote wrongly, such as {@code tail}. */
  private final String word;

  /**
   * Makes a violation.
   *
   * @param word the word or field that was wrong
   * @param message what was found and what is allowed
   */
  public RingViolationException(String word, String message) {
    super(message);
    this.word = word;
  }

  static RingViolationException index(String word, long value, long least, long most) {
    return new RingViolationException(
        word,
        "the other end of the ring wrote "
            + word
            + " index "
            + Long.toUnsignedString(value)
            + "; allowed are "
            + Long.toUnsignedString(least)
            + " to "
            + Long.toUnsignedString(most)
            + ": the session is over");
  }

  /**
   * The word that was wrong.
   *
   * @return its name in the layout
   */
  public String word() {
    return word;
  }
}
