// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

/**
 * How large a {@link BufferPool} is.
 *
 * @param initialBytes the first region's size, shared at the first lease; each further region is as
 *     large as all before, or as the lease needs
 * @param maxBytes bytes of all regions; the server's quota may be lower
 * @param maxLeases leases at the same time, 1 to 2^20
 * @param granule bytes that a lease is rounded up to, a power of two from 64 to 4096; two bytes of
 *     heap are kept for each granule of a region, or up to four where its size is no power of two
 */
public record PoolOptions(long initialBytes, long maxBytes, int maxLeases, int granule) {
  /** 256 KiB to begin with, 1 GiB and 4,096 leases at most, granules of 256 bytes. */
  public static final PoolOptions DEFAULT = new PoolOptions(256 << 10, 1L << 30, 4096, 256);

  /** Two buffers never share a cache line. */
  private static final int MIN_GRANULE = 64;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public PoolOptions {
    if (initialBytes < 1 || maxBytes < initialBytes) {
      throw new IllegalArgumentException(
          "a pool of " + initialBytes + " bytes at first and " + maxBytes + " at most");
    }
    if (maxLeases < 1 || maxLeases > Leases.MAX) {
      throw new IllegalArgumentException(maxLeases + " leases: must be 1 to " + Leases.MAX);
    }
    if (Integer.bitCount(granule) != 1
        || granule < MIN_GRANULE
        || granule > BufferPool.MAX_ALIGNMENT) {
      throw new IllegalArgumentException(
          "a granule of " + granule + " bytes: must be a power of two from 64 to 4096");
    }
  }

  /**
   * The same with other sizes.
   *
   * @param initial the first region's size
   * @param most bytes of all regions
   * @return changed options
   */
  public PoolOptions withBytes(long initial, long most) {
    return new PoolOptions(initial, most, maxLeases, granule);
  }

  /**
   * The same with another number of leases.
   *
   * @param most leases at the same time
   * @return changed options
   */
  public PoolOptions withMaxLeases(int most) {
    return new PoolOptions(initialBytes, maxBytes, most, granule);
  }

  /**
   * The same with another granule.
   *
   * @param bytes that a lease is rounded up to
   * @return changed options
   */
  public PoolOptions withGranule(int bytes) {
    return new PoolOptions(initialBytes, maxBytes, maxLeases, bytes);
  }
}
