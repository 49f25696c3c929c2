// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A command of the admin queue with its data and its words, put together step by step. What a step
 * does not set is 0, or nothing.
 */
final class AdminCommand {
  /** The most bytes of data, either way: the smallest memory page. */
  static final int MOST_DATA = 4096;

  final int opcode;
  final String what;

  int nsid;

  /** Command dwords 10, in the lower half, and 11. */
  long cdw10;

  /** Command dwords 12 and 13. */
  long cdw12;

  /** Command dwords 14 and 15. */
  long cdw14;

  /** Bytes at an IOVA of the caller's own, where they take both data pointers. */
  long bytes;

  /** What the device reads; null where it reads nothing. */
  byte[] data;

  /** Bytes that the device writes. */
  int answerBytes;

  /** What to do where it fails; empty for what its status suggests. */
  String remedy = "";

  /** How long it may take; 0 for as long as any admin command. */
  long timeoutMillis;

  private AdminCommand(int opcode, String what) {
    this.opcode = opcode;
    this.what = what;
  }

  /**
   * A command without parameters.
   *
   * @param what what it is in words, for errors
   */
  static AdminCommand of(int opcode, String what) {
    return new AdminCommand(opcode, what);
  }

  AdminCommand nsid(int value) {
    nsid = value;
    return this;
  }

  AdminCommand cdw10(int low, int cdw11) {
    cdw10 = pair(low, cdw11);
    return this;
  }

  AdminCommand cdw12(int low, int cdw13) {
    cdw12 = pair(low, cdw13);
    return this;
  }

  AdminCommand cdw14(int low, int cdw15) {
    cdw14 = pair(low, cdw15);
    return this;
  }

  private static long pair(int low, int high) {
    return low & 0xFFFF_FFFFL | (long) high << 32;
  }

  AdminCommand bytes(long number) {
    bytes = number;
    return this;
  }

  AdminCommand sends(byte[] bytes) {
    data = bytes;
    return this;
  }

  AdminCommand receives(int bytes) {
    answerBytes = bytes;
    return this;
  }

  AdminCommand remedy(String words) {
    remedy = words;
    return this;
  }

  AdminCommand within(long millis) {
    timeoutMillis = millis;
    return this;
  }
}
