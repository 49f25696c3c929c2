// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Log pages and their fields. Source: NVM Express Base Specification 2.0, section 5.16.1. */
final class LogPage {
  /** Error Information: the latest errors, newest first. */
  static final int ERROR = 0x01;

  /** SMART / Health Information. */
  static final int SMART = 0x02;

  /** Firmware Slot Information. */
  static final int FIRMWARE_SLOT = 0x03;

  /** Bytes of an error entry. */
  static final int ERROR_SIZE = 64;

  /** Error: number of this error since the controller began, 64 bits; 0 is an empty entry. */
  static final int ERROR_COUNT = 0;

  /** Error: submission queue. */
  static final int ERROR_SQID = 8;

  /** Error: command identifier. */
  static final int ERROR_CID = 10;

  /** Error: status with phase tag, as in the completion. */
  static final int ERROR_STATUS = 12;

  /** Error: first block of the command. */
  static final int ERROR_LBA = 16;

  /** Error: namespace. */
  static final int ERROR_NSID = 24;

  /** Bytes of the SMART page. */
  static final int SMART_SIZE = 512;

  /** SMART: composite temperature in kelvin, 16 bits, not aligned. */
  static final int SMART_TEMPERATURE = 1;

  /** SMART: available spare in percent. */
  static final int SMART_SPARE = 3;

  /** SMART: threshold of the spare in percent. */
  static final int SMART_SPARE_THRESHOLD = 4;

  /** SMART: data units read, 128 bits, of 1,000 times 512 bytes, rounded up. */
  static final int SMART_UNITS_READ = 32;

  /** SMART: data units written, 128 bits, of 1,000 times 512 bytes, rounded up. */
  static final int SMART_UNITS_WRITTEN = 48;

  /** SMART: read commands, 128 bits. */
  static final int SMART_READS = 64;

  /** SMART: write commands, 128 bits. */
  static final int SMART_WRITES = 80;

  /** SMART: power cycles, 128 bits. */
  static final int SMART_POWER_CYCLES = 112;

  /** SMART: unsafe shutdowns, 128 bits. */
  static final int SMART_UNSAFE_SHUTDOWNS = 144;

  /** SMART: errors in the error log over the controller's life, 128 bits. */
  static final int SMART_ERRORS = 176;

  /** Bytes of the firmware slot page. */
  static final int FIRMWARE_SIZE = 512;

  /** Firmware slots: active slot in bits 2:0. */
  static final int FIRMWARE_ACTIVE = 0;

  /** Firmware slots: revision in slot 1, 8 characters. */
  static final int FIRMWARE_SLOT1 = 8;

  private LogPage() {}
}
