// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * How to format a namespace.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 188.
 *
 * @param format index of the LBA format, 0 to 63; see {@link IdentifyNamespace#formats}
 * @param metadataExtended whether metadata follows each block in the same buffer
 * @param protection type of the protection information, 0 for none, 1 to 3
 * @param protectionFirst whether it stands first in the metadata, not last
 * @param erase what becomes of the data
 * @param timeoutMillis how long it may take, 1 or more
 */
public record FormatSpec(
    int format,
    boolean metadataExtended,
    int protection,
    boolean protectionFirst,
    Erase erase,
    long timeoutMillis) {
  /** What becomes of the data; without an erase, what is read afterwards is not defined. */
  public enum Erase {
    /** No more than the format needs. */
    NONE,

    /** User data is erased. */
    USER_DATA,

    /** The key that it was encrypted with is deleted. */
    CRYPTOGRAPHIC
  }

  private static final long TEN_MINUTES = 600_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public FormatSpec {
    if (format < 0 || format >= LbaFormat.MOST || protection < 0 || protection > 3) {
      throw new IllegalArgumentException(
          "format %d, protection %d: 0 to 63, and 0 to 3".formatted(format, protection));
    }
    if (timeoutMillis < 1 || erase == null) {
      throw new IllegalArgumentException(
          "erase %s in %,d ms: name a kind, and 1 or more".formatted(erase, timeoutMillis));
    }
  }

  /**
   * A format without protection, in ten minutes.
   *
   * @param format index of the LBA format
   * @param erase what becomes of the data
   * @return the description
   */
  public static FormatSpec of(int format, Erase erase) {
    return new FormatSpec(format, false, 0, false, erase, TEN_MINUTES);
  }

  int cdw10() {
    return format & 0xF
        | (metadataExtended ? 1 << 4 : 0)
        | protection << 5
        | (protectionFirst ? 1 << 8 : 0)
        | erase.ordinal() << 9
        | format >>> 4 << 12;
  }
}
