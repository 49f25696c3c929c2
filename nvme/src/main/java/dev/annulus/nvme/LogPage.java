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

  /** Changed Attached Namespace List: namespaces that changed since it was last read. */
  static final int CHANGED_NAMESPACES = 0x04;

  /** Commands Supported and Effects. */
  static final int EFFECTS = 0x05;

  /** Sanitize Status. */
  static final int SANITIZE = 0x81;

  /** Get Log Page, CDW10: events of the page's type stay masked, and the page as it is. */
  static final int RETAIN_EVENT = 1 << 15;

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

  /** Error: parameter error location, 16 bits: byte in 7:0, bit in 10:8. */
  static final int ERROR_LOCATION = 14;

  /** Error: vendor's log page with more, or 0. */
  static final int ERROR_VENDOR = 28;

  /** Error: transport type. */
  static final int ERROR_TRTYPE = 29;

  /** Error: command specific information, 64 bits. */
  static final int ERROR_SPECIFIC = 32;

  /** Bytes of the SMART page. */
  static final int SMART_SIZE = 512;

  /** SMART: critical warnings: 0 spare, 1 temperature, 2 reliability, 3 read only, 4 backup. */
  static final int SMART_WARNING = 0;

  /** SMART: composite temperature in kelvin, 16 bits, not aligned. */
  static final int SMART_TEMPERATURE = 1;

  /** SMART: available spare in percent. */
  static final int SMART_SPARE = 3;

  /** SMART: threshold of the spare in percent. */
  static final int SMART_SPARE_THRESHOLD = 4;

  /** SMART: percentage used, above 100 too. */
  static final int SMART_USED = 5;

  /** SMART: data units read, 128 bits, of 1,000 times 512 bytes, rounded up. */
  static final int SMART_UNITS_READ = 32;

  /** SMART: data units written, 128 bits, of 1,000 times 512 bytes, rounded up. */
  static final int SMART_UNITS_WRITTEN = 48;

  /** SMART: read commands, 128 bits. */
  static final int SMART_READS = 64;

  /** SMART: write commands, 128 bits. */
  static final int SMART_WRITES = 80;

  /** SMART: controller busy time in minutes, 128 bits. */
  static final int SMART_BUSY = 96;

  /** SMART: power cycles, 128 bits. */
  static final int SMART_POWER_CYCLES = 112;

  /** SMART: power on hours, 128 bits. */
  static final int SMART_HOURS = 128;

  /** SMART: unsafe shutdowns, 128 bits. */
  static final int SMART_UNSAFE_SHUTDOWNS = 144;

  /** SMART: media and data integrity errors, 128 bits. */
  static final int SMART_MEDIA_ERRORS = 160;

  /** SMART: errors in the error log over the controller's life, 128 bits. */
  static final int SMART_ERRORS = 176;

  /** SMART: minutes above the warning temperature, 32 bits; above the critical one follows. */
  static final int SMART_WARNING_MINUTES = 192;

  /** SMART: 8 temperature sensors in kelvin, 16 bits each, 0 where there is none. */
  static final int SMART_SENSORS = 200;

  /** SMART: transitions to thermal states 1 and 2, then seconds in them, 32 bits each. */
  static final int SMART_THERMAL = 216;

  /** Bytes of the page of changed namespaces. */
  static final int CHANGED_SIZE = 4096;

  /** Bytes of the page of effects: 256 admin commands, then 256 I/O commands, 4 bytes each. */
  static final int EFFECTS_SIZE = 4096;

  /** Effects: where I/O commands begin. */
  static final int EFFECTS_IO = 1024;

  /** Bytes of the sanitize page. */
  static final int SANITIZE_SIZE = 512;

  /** Sanitize: progress in 65,536ths, then status, 16 bits each, then CDW10 of the command. */
  static final int SANITIZE_PROGRESS = 0;

  /** Sanitize: status, 16 bits. */
  static final int SANITIZE_STATUS = 2;

  /** Sanitize: estimated seconds to overwrite, erase blocks, erase cryptographically. */
  static final int SANITIZE_SECONDS = 8;

  /** Bytes of the firmware slot page. */
  static final int FIRMWARE_SIZE = 512;

  /** Firmware slots: active slot in bits 2:0. */
  static final int FIRMWARE_ACTIVE = 0;

  /** Firmware slots: revision in slot 1, 8 characters. */
  static final int FIRMWARE_SLOT1 = 8;

  private LogPage() {}
}
