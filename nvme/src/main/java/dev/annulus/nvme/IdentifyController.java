// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The Identify Controller structure: what a controller says about itself, field by field. A private
 * copy, immutable; nothing in it is checked but that it can be read.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 275.
 */
public final class IdentifyController {
  private static final int MOST_POWER_STATES = 32;
  private static final int POWER_STATES = 2048;
  private static final int FGUID = 112;
  private static final int SUBNQN_LENGTH = 256;

  private final byte[] data;

  IdentifyController(byte[] data) {
    this.data = data;
  }

  /**
   * A number of at most 64 bits.
   *
   * @param field which; not one of 128 bits
   * @return unsigned, but for 64 bits
   */
  public long get(ControllerField field) {
    if (field.width > Long.BYTES) {
      throw new IllegalArgumentException(field + " has 128 bits: use big");
    }
    return LittleEndian.number(data, field.offset, field.width);
  }

  /**
   * A number of any width.
   *
   * @param field which
   * @return 0 or more
   */
  public BigInteger big(ControllerField field) {
    return LittleEndian.unsigned(data, field.offset, field.width);
  }

  /**
   * Whether a feature is offered.
   *
   * @param capability which
   * @return its bit
   */
  public boolean has(ControllerCapability capability) {
    return (get(capability.field) >>> capability.bit & 1) != 0;
  }

  /**
   * The serial number.
   *
   * @return without the blanks around it; what is not printable is a question mark
   */
  public String serial() {
    return LittleEndian.text(data, Identify.SN, Identify.SN_LENGTH);
  }

  /**
   * The model number.
   *
   * @return without the blanks around it; what is not printable is a question mark
   */
  public String model() {
    return LittleEndian.text(data, Identify.MN, Identify.MN_LENGTH);
  }

  /**
   * The firmware revision.
   *
   * @return without the blanks around it; what is not printable is a question mark
   */
  public String firmware() {
    return LittleEndian.text(data, Identify.FR, Identify.FR_LENGTH);
  }

  /**
   * The subsystem's qualified name.
   *
   * @return empty where there is none; what is not printable is a question mark
   */
  public String subsystem() {
    return LittleEndian.terminated(data, Identify.SUBNQN, SUBNQN_LENGTH);
  }

  /**
   * The version of the specification.
   *
   * @return such as {@code 1.4.0}
   */
  public String version() {
    long version = get(ControllerField.VER);
    return (version >>> 16) + "." + (version >>> 8 & 0xFF) + "." + (version & 0xFF);
  }

  /**
   * The FRU's globally unique identifier.
   *
   * @return a number of 128 bits, 0 where there is none
   */
  public BigInteger fruGuid() {
    return LittleEndian.unsigned(data, FGUID, 16);
  }

  /**
   * Firmware slots.
   *
   * @return 1 to 7, by the controller's word
   */
  public int firmwareSlots() {
    return (int) get(ControllerField.FRMW) >>> 1 & 7;
  }

  /**
   * The longest orderly shutdown.
   *
   * @return 0 where the controller does not say
   */
  public Duration shutdown() {
    return Duration.ofNanos(get(ControllerField.RTD3E) * 1_000);
  }

  /**
   * The power states, the one of most power first.
   *
   * @return 1 to 32
   */
  public List<PowerState> powerStates() {
    int number = (int) Math.min(get(ControllerField.NPSS) + 1, MOST_POWER_STATES);
    List<PowerState> states = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      states.add(PowerState.parse(data, POWER_STATES + i * PowerState.SIZE));
    }
    return states;
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
    return "%s, serial %s, firmware %s, NVMe %s"
        .formatted(model(), serial(), firmware(), version());
  }
}
