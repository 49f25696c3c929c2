// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The Identify Namespace structure of the NVM command set: what a namespace is, field by field. A
 * private copy, immutable; nothing in it is checked but that it can be read.
 *
 * <p>Source: NVM Command Set Specification 1.0, figure 97.
 */
public final class IdentifyNamespace {
  private final byte[] data;

  IdentifyNamespace(byte[] data) {
    this.data = data;
  }

  /**
   * A number of at most 64 bits.
   *
   * @param field which; not {@link NamespaceField#NVMCAP}
   * @return unsigned, but for 64 bits
   */
  public long get(NamespaceField field) {
    if (field.width > Long.BYTES) {
      throw new IllegalArgumentException(field + " has 128 bits: use capacityBytes");
    }
    return LittleEndian.number(data, field.offset, field.width);
  }

  /**
   * A number of any width.
   *
   * @param field which
   * @return 0 or more
   */
  public BigInteger big(NamespaceField field) {
    return LittleEndian.unsigned(data, field.offset, field.width);
  }

  /**
   * The size.
   *
   * @return bytes, 0 or more: blocks times the block size
   */
  public BigInteger sizeBytes() {
    return big(NamespaceField.NSZE).multiply(BigInteger.valueOf(format().blockSize()));
  }

  /**
   * What is in use, by the controller's account.
   *
   * @return bytes, 0 or more
   */
  public BigInteger usedBytes() {
    return big(NamespaceField.NUSE).multiply(BigInteger.valueOf(format().blockSize()));
  }

  /**
   * The format in use.
   *
   * @return one of {@link #formats}, or what stands in its place where the controller names none
   */
  public LbaFormat format() {
    return LbaFormat.parse(data, formatIndex());
  }

  private int formatIndex() {
    int flbas = (int) get(NamespaceField.FLBAS);
    return flbas & 0xF | flbas >>> 1 & 0x30;
  }

  /** log2 of the block size as the controller has it, also where {@link #format} has none. */
  int blockShift() {
    return LbaFormat.shift(data, formatIndex());
  }

  /**
   * The formats that it may be given by Format NVM.
   *
   * @return 1 to 64, in the order of their numbers
   */
  public List<LbaFormat> formats() {
    long more = get(NamespaceField.NULBAF);
    int number = (int) Math.min(get(NamespaceField.NLBAF) + 1 + more, LbaFormat.MOST);
    List<LbaFormat> all = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      all.add(LbaFormat.parse(data, i));
    }
    return all;
  }

  /**
   * Whether metadata follows each block's data in the same buffer.
   *
   * @return false where it has a buffer of its own, or there is none
   */
  public boolean metadataExtended() {
    return (get(NamespaceField.FLBAS) & Identify.FLBAS_EXTENDED) != 0;
  }

  /**
   * The protection information that is in use.
   *
   * @return 0 none, else its type, 1 to 3 and whatever the controller says up to 7
   */
  public int protectionType() {
    return (int) get(NamespaceField.DPS) & 7;
  }

  /** Whether it is the first 8 bytes of the metadata, not the last. */
  boolean protectionFirst() {
    return (get(NamespaceField.DPS) & Identify.DPS_FIRST) != 0;
  }

  /**
   * Whether several controllers may have it attached.
   *
   * @return false where it is private to one
   */
  public boolean shared() {
    return (get(NamespaceField.NMIC) & 1) != 0;
  }

  /**
   * Whether it is write protected.
   *
   * @return true where writes are refused
   */
  public boolean readOnly() {
    return (get(NamespaceField.NSATTR) & 1) != 0;
  }

  /**
   * The Namespace Globally Unique Identifier.
   *
   * @return 32 hexadecimal digits, all 0 where there is none
   */
  public String nguid() {
    return HexFormat.of().formatHex(data, Identify.NGUID, Identify.NGUID + 16);
  }

  /**
   * The IEEE Extended Unique Identifier.
   *
   * @return 16 hexadecimal digits, all 0 where there is none
   */
  public String eui64() {
    return HexFormat.of().formatHex(data, Identify.EUI64, Identify.EUI64 + 8);
  }

  /**
   * Whether there is such a namespace at all: one that is not active is all zeroes.
   *
   * @return false for a namespace that is not there, or not attached
   */
  public boolean exists() {
    return get(NamespaceField.NSZE) != 0;
  }

  /**
   * The structure as it is.
   *
   * @return a copy, 4096 bytes
   */
  public byte[] bytes() {
    return data.clone();
  }

  @Override
  public String toString() {
    LbaFormat format = format();
    return "%s bytes in blocks of %d + %d, NGUID %s"
        .formatted(sizeBytes(), format.blockSize(), format.metadata(), nguid());
  }
}
