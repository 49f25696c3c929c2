// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * A namespace to be created.
 *
 * @param blocks size (NSZE), 1 or more; of the format's block size
 * @param capacity how many blocks can be in use at a time (NCAP); the size, unless the controller
 *     has thin provisioning
 * @param format index of the LBA format, 0 to 63; see {@link IdentifyNamespace#formats}
 * @param metadataExtended whether metadata follows each block in the same buffer
 * @param protection DPS: 0 none, else the type in bits 2:0, and bit 3 where it comes first
 * @param shared whether several controllers may have it attached
 * @param anaGroup ANA Group Identifier, 0 for the controller's choice
 * @param nvmSet NVM Set Identifier, 0 for the controller's choice
 * @param enduranceGroup Endurance Group Identifier, 0 for the controller's choice
 * @param commandSet Command Set Identifier: 0 NVM, 2 zoned
 */
public record NamespaceSpec(
    long blocks,
    long capacity,
    int format,
    boolean metadataExtended,
    int protection,
    boolean shared,
    int anaGroup,
    int nvmSet,
    int enduranceGroup,
    int commandSet) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of its range
   */
  public NamespaceSpec {
    if (blocks < 1 || capacity < 0 || capacity > blocks) {
      throw new IllegalArgumentException(
          "%,d blocks with a capacity of %,d: 1 or more, and at most as many"
              .formatted(blocks, capacity));
    }
    check("format", format, LbaFormat.MOST - 1);
    check("protection", protection, 15);
    check("NVM set", nvmSet, 0xFFFF);
    check("endurance group", enduranceGroup, 0xFFFF);
    check("command set", commandSet, 0xFF);
  }

  private static void check(String name, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(name + " is " + value + ": must be 0 to " + most);
    }
  }

  /**
   * A private namespace of the NVM command set, without protection, fully provisioned.
   *
   * @param blocks size and capacity, 1 or more
   * @param format index of the LBA format
   * @return the description
   */
  public static NamespaceSpec of(long blocks, int format) {
    return new NamespaceSpec(blocks, blocks, format, false, 0, false, 0, 0, 0, 0);
  }

  /** The structure that the command sends. */
  byte[] data() {
    byte[] data = new byte[Identify.SIZE];
    put(data, NamespaceField.NSZE, blocks);
    put(data, NamespaceField.NCAP, capacity);
    int flbas = format & 0xF | (format & 0x30) << 1 | (metadataExtended ? 1 << 4 : 0);
    put(data, NamespaceField.FLBAS, flbas);
    put(data, NamespaceField.DPS, protection);
    put(data, NamespaceField.NMIC, shared ? 1 : 0);
    put(data, NamespaceField.ANAGRPID, anaGroup);
    put(data, NamespaceField.NVMSETID, nvmSet);
    put(data, NamespaceField.ENDGID, enduranceGroup);
    return data;
  }

  private static void put(byte[] data, NamespaceField field, long value) {
    LittleEndian.put(data, field.offset, field.width, value);
  }
}
