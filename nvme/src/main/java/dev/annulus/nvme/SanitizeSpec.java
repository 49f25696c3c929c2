// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How to sanitize a subsystem.
 *
 * <p>Source: NVM Express Base Specification 2.0, figures 301 and 302.
 *
 * @param action what is done
 * @param unrestricted whether a failure may be left behind without success (AUSE)
 * @param passes of overwriting, 1 to 16
 * @param invert whether each pass writes the inverse of the one before
 * @param pattern what is written
 * @param keepAllocated whether blocks are not deallocated afterwards
 */
public record SanitizeSpec(
    Action action,
    boolean unrestricted,
    int passes,
    boolean invert,
    int pattern,
    boolean keepAllocated) {
  /** What a sanitize does. */
  public enum Action {
    /** Leaves the failure mode; erases nothing. */
    EXIT_FAILURE(1),

    /** Erases all blocks. */
    BLOCK_ERASE(2),

    /** Overwrites all blocks. */
    OVERWRITE(3),

    /** Deletes the keys that all data was encrypted with. */
    CRYPTOGRAPHIC_ERASE(4);

    /** The action's number in CDW10. */
    final int code;

    Action(int code) {
      this.code = code;
    }
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public SanitizeSpec {
    if (action == null || passes < 1 || passes > 16) {
      throw new IllegalArgumentException(
          "%s with %d passes: name an action, and 1 to 16".formatted(action, passes));
    }
  }

  /**
   * An action with one pass of zeroes where it overwrites.
   *
   * @param action what is done
   * @return the description
   */
  public static SanitizeSpec of(Action action) {
    return new SanitizeSpec(action, false, 1, false, 0, false);
  }

  int cdw10() {
    return action.code
        | (unrestricted ? 1 << 3 : 0)
        | (passes & 0xF) << 4
        | (invert ? 1 << 8 : 0)
        | (keepAllocated ? 1 << 9 : 0);
  }
}
