// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The health of a controller (SMART / Health Information).
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 207.
 *
 * @param warning Critical Warning bits: 0 spare below threshold, 1 temperature, 2 reliability, 3
 *     read only, 4 volatile memory backup, 5 persistent memory
 * @param temperature Composite Temperature in kelvin, 0 where it is not told
 * @param spare Available Spare in percent
 * @param spareThreshold Available Spare Threshold in percent
 * @param used Percentage Used of the device's life, 0 to 255
 * @param unitsRead Data Units Read, of 512,000 bytes, rounded up
 * @param unitsWritten Data Units Written, of 512,000 bytes, rounded up
 * @param reads Host Read Commands
 * @param writes Host Write Commands
 * @param busyMinutes Controller Busy Time
 * @param powerCycles Power Cycles
 * @param powerOnHours Power On Hours
 * @param unsafeShutdowns Unsafe Shutdowns
 * @param mediaErrors Media and Data Integrity Errors
 * @param errorEntries Number of Error Information Log Entries over the controller's life
 * @param warningMinutes Warning Composite Temperature Time
 * @param criticalMinutes Critical Composite Temperature Time
 * @param sensors Temperature Sensors 1 to 8 in kelvin, 0 where there is none
 * @param thermalTransitions transitions to the first and the second thermal management state
 * @param thermalSeconds seconds in the first and the second thermal management state
 */
public record SmartLog(
    int warning,
    int temperature,
    int spare,
    int spareThreshold,
    int used,
    BigInteger unitsRead,
    BigInteger unitsWritten,
    BigInteger reads,
    BigInteger writes,
    BigInteger busyMinutes,
    BigInteger powerCycles,
    BigInteger powerOnHours,
    BigInteger unsafeShutdowns,
    BigInteger mediaErrors,
    BigInteger errorEntries,
    long warningMinutes,
    long criticalMinutes,
    List<Integer> sensors,
    List<Long> thermalTransitions,
    List<Long> thermalSeconds) {
  private static final BigInteger UNIT = BigInteger.valueOf(512_000);
  private static final int SENSORS = 8;
  private static final int FREEZING = 273;

  static SmartLog parse(byte[] data) {
    return new SmartLog(
        LittleEndian.u8(data, LogPage.SMART_WARNING),
        LittleEndian.u16(data, LogPage.SMART_TEMPERATURE),
        LittleEndian.u8(data, LogPage.SMART_SPARE),
        LittleEndian.u8(data, LogPage.SMART_SPARE_THRESHOLD),
        LittleEndian.u8(data, LogPage.SMART_USED),
        counter(data, LogPage.SMART_UNITS_READ),
        counter(data, LogPage.SMART_UNITS_WRITTEN),
        counter(data, LogPage.SMART_READS),
        counter(data, LogPage.SMART_WRITES),
        counter(data, LogPage.SMART_BUSY),
        counter(data, LogPage.SMART_POWER_CYCLES),
        counter(data, LogPage.SMART_HOURS),
        counter(data, LogPage.SMART_UNSAFE_SHUTDOWNS),
        counter(data, LogPage.SMART_MEDIA_ERRORS),
        counter(data, LogPage.SMART_ERRORS),
        LittleEndian.u32(data, LogPage.SMART_WARNING_MINUTES),
        LittleEndian.u32(data, LogPage.SMART_WARNING_MINUTES + 4),
        IntStream.range(0, SENSORS)
            .mapToObj(i -> LittleEndian.u16(data, LogPage.SMART_SENSORS + 2 * i))
            .toList(),
        pair(data, LogPage.SMART_THERMAL),
        pair(data, LogPage.SMART_THERMAL + 8));
  }

  private static BigInteger counter(byte[] data, int at) {
    return LittleEndian.unsigned(data, at, 16);
  }

  private static List<Long> pair(byte[] data, int at) {
    return List.of(LittleEndian.u32(data, at), LittleEndian.u32(data, at + 4));
  }

  /**
   * The temperature as people say it.
   *
   * @return degrees Celsius, rounded
   */
  public int celsius() {
    return temperature - FREEZING;
  }

  /**
   * Bytes that hosts have read.
   *
   * @return to half a megabyte
   */
  public BigInteger bytesRead() {
    return unitsRead.multiply(UNIT);
  }

  /**
   * Bytes that hosts have written.
   *
   * @return to half a megabyte
   */
  public BigInteger bytesWritten() {
    return unitsWritten.multiply(UNIT);
  }
}
