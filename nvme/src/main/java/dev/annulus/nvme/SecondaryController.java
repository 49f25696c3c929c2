// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * A secondary controller of a primary one, as virtual functions have it.
 *
 * <p>Source: NVM Express Base Specification 2.0, figures 282 and 283.
 *
 * @param id its controller identifier
 * @param primary its primary controller's
 * @param online whether it can be used
 * @param function its virtual function's number, 0 where it is none
 * @param queues VQ resources assigned to it
 * @param vectors VI resources assigned to it
 */
public record SecondaryController(
    int id, int primary, boolean online, int function, int queues, int vectors) {
  private static final int SIZE = 32;
  private static final int MOST = 127;

  /** Reads a list of at most 127. */
  static List<SecondaryController> parse(byte[] data) {
    int number = Math.min(LittleEndian.u8(data, 0), MOST);
    List<SecondaryController> all = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int at = SIZE * (i + 1);
      all.add(
          new SecondaryController(
              LittleEndian.u16(data, at),
              LittleEndian.u16(data, at + 2),
              (data[at + 4] & 1) != 0,
              LittleEndian.u16(data, at + 8),
              LittleEndian.u16(data, at + 10),
              LittleEndian.u16(data, at + 12)));
    }
    return all;
  }
}
