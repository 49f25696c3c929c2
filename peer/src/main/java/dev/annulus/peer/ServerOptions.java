// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Sockets;
import dev.annulus.ffi.Threads;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What a server allows its clients.
 *
 * @param maxSessions clients attached at the same time
 * @param maxCredit operations in flight a client, 1 to {@link PeerOptions#MAX_CREDIT}
 * @param maxRegions regions a client, 1 to 65536
 * @param maxRegionBytes bytes of all regions of a client
 * @param allow who may attach, by what the kernel says of them
 * @param startIndex where the indices of new rings start; tests use values just below 2^63 and 2^64
 */
public record ServerOptions(
    int maxSessions,
    int maxCredit,
    int maxRegions,
    long maxRegionBytes,
    Predicate<Caller> allow,
    long startIndex) {

  /**
   * Who wants to attach ({@code SO_PEERCRED}).
   *
   * @param pid process
   * @param uid effective user
   * @param gid effective group
   */
  public record Caller(int pid, int uid, int gid) {
    static Caller of(Sockets.Credentials credentials) {
      return new Caller(credentials.pid(), credentials.uid(), credentials.gid());
    }
  }

  /** The most regions that a client can name: {@code buf_index} has 16 bits. */
  static final int MAX_REGIONS = 1 << 16;

  /** 1,024 clients of the server's own user or root, 4,096 operations and 1 GiB each. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(1024, 4096, 64, 1L << 30, ServerOptions::sameUserOrRoot, 0);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public ServerOptions {
    Objects.requireNonNull(allow);
    if (maxSessions < 1 || maxRegions < 1 || maxRegions > MAX_REGIONS || maxRegionBytes < 1) {
      throw new IllegalArgumentException("a quota is below 1, or regions above 65536");
    }
    if (maxCredit < 1 || maxCredit > PeerOptions.MAX_CREDIT) {
      throw new IllegalArgumentException("credit " + maxCredit + " is out of range");
    }
  }

  /**
   * The same with another quota of sessions.
   *
   * @param sessions clients attached at the same time
   * @return changed options
   */
  public ServerOptions withMaxSessions(int sessions) {
    return new ServerOptions(sessions, maxCredit, maxRegions, maxRegionBytes, allow, startIndex);
  }

  /**
   * The same with another quota of regions.
   *
   * @param regions regions a client
   * @param bytes bytes of all regions of a client
   * @return changed options
   */
  public ServerOptions withRegions(int regions, long bytes) {
    return new ServerOptions(maxSessions, maxCredit, regions, bytes, allow, startIndex);
  }

  /**
   * The same with another rule.
   *
   * @param rule who may attach
   * @return changed options
   */
  public ServerOptions withAllow(Predicate<Caller> rule) {
    return new ServerOptions(maxSessions, maxCredit, maxRegions, maxRegionBytes, rule, startIndex);
  }

  /**
   * The same with another first index.
   *
   * @param index where the indices of new rings start
   * @return changed options
   */
  public ServerOptions withStartIndex(long index) {
    return new ServerOptions(maxSessions, maxCredit, maxRegions, maxRegionBytes, allow, index);
  }

  private static boolean sameUserOrRoot(Caller caller) {
    return caller.uid() == 0 || caller.uid() == Threads.euid();
  }
}
