// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What a controller tells of by itself.
 *
 * <p>Source: NVM Express Base Specification 2.0, section 5.2; Zoned Namespace Command Set
 * Specification 1.1, section 3.4.
 */
public enum EventKind {
  /** The driver wrote a doorbell of a queue that does not exist. */
  INVALID_DOORBELL_REGISTER(0, 0, "write to invalid doorbell register"),

  /** The driver wrote a doorbell value that cannot be. */
  INVALID_DOORBELL_VALUE(0, 1, "invalid doorbell write value"),

  /** A diagnostic failed. */
  DIAGNOSTIC_FAILURE(0, 2, "diagnostic failure"),

  /** An error inside the controller that a reset does not take away. */
  PERSISTENT_INTERNAL_ERROR(0, 3, "persistent internal error"),

  /** An error inside the controller that may not come again. */
  TRANSIENT_INTERNAL_ERROR(0, 4, "transient internal error"),

  /** The firmware could not be loaded, an older one runs. */
  FIRMWARE_LOAD_ERROR(0, 5, "firmware image load error"),

  /** Errors make the subsystem unreliable, read only or its memory not backed up. */
  RELIABILITY(1, 0, "NVM subsystem reliability"),

  /** A temperature is beyond its threshold. */
  TEMPERATURE(1, 1, "temperature threshold"),

  /** The spare is below its threshold. */
  SPARE(1, 2, "spare below threshold"),

  /** Namespaces were added, removed or changed. */
  NAMESPACES_CHANGED(2, 0, "namespace attribute changed"),

  /** Firmware is being activated: commands may wait. */
  FIRMWARE_ACTIVATION(2, 1, "firmware activation starting"),

  /** The telemetry log has changed. */
  TELEMETRY_CHANGED(2, 2, "telemetry log changed"),

  /** The way to namespaces has changed. */
  ASYMMETRIC_ACCESS(2, 3, "asymmetric namespace access change"),

  /** Predictable latency is not kept. */
  PREDICTABLE_LATENCY(2, 4, "predictable latency event aggregate log change"),

  /** Blocks may be unrecoverable. */
  LBA_STATUS(2, 5, "LBA status information alert"),

  /** An endurance group has something to tell. */
  ENDURANCE_GROUP(2, 6, "endurance group event aggregate log page change"),

  /** Zones changed by themselves. */
  ZONES_CHANGED(2, 0xEF, "zone descriptor changed"),

  /** Reservations have changed. */
  RESERVATIONS(6, 0, "reservation log page available"),

  /** A sanitize is done. */
  SANITIZED(6, 1, "sanitize operation completed"),

  /** A sanitize is done, and blocks were deallocated though that was not asked for. */
  SANITIZED_DEALLOCATED(6, 2, "sanitize operation completed with unexpected deallocation"),

  /** The vendor's own. */
  VENDOR(7, -1, "vendor specific"),

  /** None that the specification has. */
  UNKNOWN(-1, -1, "unknown");

  private final int type;
  private final int information;
  private final String words;

  EventKind(int type, int information, String words) {
    this.type = type;
    this.information = information;
    this.words = words;
  }

  /**
   * What it is.
   *
   * @return its name in the specification
   */
  public String words() {
    return words;
  }

  static EventKind of(int type, int information) {
    for (EventKind each : values()) {
      if (each.type == type && (each.information == information || each == VENDOR)) {
        return each;
      }
    }
    return UNKNOWN;
  }

  /** Dword 0 of the completion that tells of it. */
  int result(int logPage) {
    return type | information << 8 | logPage << 16;
  }
}
