// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.HexFormat;
import java.util.UUID;

/**
 * The names of a namespace (Namespace Identification Descriptor list).
 *
 * <p>Source: NVM Express Base Specification 2.0, figures 277 and 278.
 *
 * @param eui64 IEEE Extended Unique Identifier, 16 hexadecimal digits, or empty
 * @param nguid Namespace Globally Unique Identifier, 32 hexadecimal digits, or empty
 * @param uuid UUID, or null
 * @param commandSet Command Set Identifier: 0 NVM, 1 key value, 2 zoned
 */
public record NamespaceNames(String eui64, String nguid, UUID uuid, int commandSet) {
  private static final int TYPE_EUI64 = 1;
  private static final int TYPE_UUID = 3;

  /** Reads a list up to its end, or to the first descriptor that cannot be. */
  static NamespaceNames parse(byte[] data) {
    String eui64 = "";
    String nguid = "";
    UUID uuid = null;
    int set = 0;
    int at = 0;
    while (at + Identify.NID <= data.length) {
      int length = LittleEndian.u8(data, at + Identify.NIDL);
      int name = at + Identify.NID;
      if (length == 0 || name + length > data.length) {
        break;
      }
      switch (LittleEndian.u8(data, at + Identify.NIDT) << 8 | length) {
        case TYPE_EUI64 << 8 | 8 -> eui64 = hex(data, name, length);
        case Identify.NIDT_NGUID << 8 | 16 -> nguid = hex(data, name, length);
        case TYPE_UUID << 8 | 16 -> uuid = new UUID(big(data, name), big(data, name + 8));
        case Identify.NIDT_CSI << 8 | 1 -> set = LittleEndian.u8(data, name);
        default -> {
          // A name of a kind that is not known, or of a length that it cannot have.
        }
      }
      at = name + length;
    }
    return new NamespaceNames(eui64, nguid, uuid, set);
  }

  private static String hex(byte[] data, int at, int length) {
    return HexFormat.of().formatHex(data, at, at + length);
  }

  private static long big(byte[] data, int at) {
    return Long.reverseBytes(LittleEndian.i64(data, at));
  }
}
