// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.spi;

/** How the command ends: the exit status of its process. */
public enum ExitCode {
  /** Done. */
  OK(0, "done"),

  /** What was verified is not what it should be. */
  DIFFERS(1, "verification failed: what came out differs from what went in"),

  /** The command line cannot be carried out. */
  USAGE(2, "wrong usage: an unknown option, command or scheme, or a value that cannot be"),

  /** A benchmark's peer is not installed. */
  PEER_MISSING(3, "a benchmark's peer is not installed, or the comparisons are not built"),

  /** There is no such file or resource. */
  NOT_FOUND(4, "no such file or resource"),

  /** Access is refused. */
  DENIED(5, "permission denied, read-only, or a path that leaves the root of file:"),

  /** There is no room. */
  NO_SPACE(6, "no space: a full disk, a quota, or a device that is too small"),

  /** No host runs at the socket. */
  NO_HOST(7, "no host is running at the socket"),

  /** The host is gone. */
  HOST_GONE(8, "the host died, or ended the session"),

  /** Another input or output error. */
  IO(9, "another I/O error"),

  /** io_uring cannot be used. */
  NO_IO_URING(10, "io_uring cannot be used: --ring require, or doctor found only the stand-in"),

  /** What destroys data was not confirmed. */
  NOT_CONFIRMED(11, "not done: it destroys data, and neither --force nor a user confirmed it"),

  /** A device cannot be had as it is. */
  DEVICE_UNUSABLE(
      12, "the device cannot be used: another driver's, no IOMMU, or it does not start"),

  /** A fault of this program. */
  INTERNAL(70, "internal error: a fault of annulus itself");

  private final int status;
  private final String meaning;

  ExitCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  /**
   * The process's exit status.
   *
   * @return 0 to 125
   */
  public int status() {
    return status;
  }

  /**
   * What it means, for people.
   *
   * @return a phrase
   */
  public String meaning() {
    return meaning;
  }
}
