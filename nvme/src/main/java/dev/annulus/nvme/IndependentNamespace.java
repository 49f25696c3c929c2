// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What a namespace is whatever its command set (I/O Command Set Independent Identify Namespace).
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 280.
 *
 * @param features NSFEAT
 * @param sharing NMIC: bit 0 says that several controllers may have it
 * @param reservations RESCAP
 * @param formatProgress FPI: percent that remain in bits 6:0, where bit 7 says so
 * @param anaGroup ANA Group Identifier, 0 for none
 * @param readOnly whether it is write protected
 * @param nvmSet NVM Set Identifier, 0 for none
 * @param enduranceGroup Endurance Group Identifier, 0 for none
 * @param ready whether it takes commands
 */
public record IndependentNamespace(
    int features,
    int sharing,
    int reservations,
    int formatProgress,
    long anaGroup,
    boolean readOnly,
    int nvmSet,
    int enduranceGroup,
    boolean ready) {
  /** Offsets: NSFEAT 0, NMIC 1, RESCAP 2, FPI 3, ANAGRPID 4, NSATTR 8, then 16 bits each. */
  static final int ANAGRPID = 4;

  static final int NSATTR = 8;
  static final int NVMSETID = 10;
  static final int ENDGID = 12;

  /** Namespace Status: bit 0 is "ready". */
  static final int NSTAT = 14;

  static IndependentNamespace parse(byte[] data) {
    return new IndependentNamespace(
        LittleEndian.u8(data, 0),
        LittleEndian.u8(data, 1),
        LittleEndian.u8(data, 2),
        LittleEndian.u8(data, 3),
        LittleEndian.u32(data, ANAGRPID),
        (data[NSATTR] & 1) != 0,
        LittleEndian.u16(data, NVMSETID),
        LittleEndian.u16(data, ENDGID),
        (data[NSTAT] & 1) != 0);
  }
}
