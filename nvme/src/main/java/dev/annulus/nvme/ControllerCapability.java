// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What a controller may or may not offer: bits of the Identify Controller structure.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 275.
 */
public enum ControllerCapability {
  /** Admin commands Security Send and Security Receive. */
  SECURITY(ControllerField.OACS, 0),

  /** Admin command Format NVM. */
  FORMAT(ControllerField.OACS, 1),

  /** Admin commands Firmware Commit and Firmware Image Download. */
  FIRMWARE(ControllerField.OACS, 2),

  /** Admin commands Namespace Management and Namespace Attachment. */
  NAMESPACE_MANAGEMENT(ControllerField.OACS, 3),

  /** Admin command Device Self-test. */
  SELF_TEST(ControllerField.OACS, 4),

  /** Admin commands Directive Send and Directive Receive. */
  DIRECTIVES(ControllerField.OACS, 5),

  /** Admin command Virtualization Management. */
  VIRTUALIZATION(ControllerField.OACS, 7),

  /** Admin command Doorbell Buffer Config. */
  DOORBELL_BUFFERS(ControllerField.OACS, 8),

  /** SMART / Health Information for each namespace. */
  SMART_PER_NAMESPACE(ControllerField.LPA, 0),

  /** The log page Commands Supported and Effects. */
  COMMAND_EFFECTS(ControllerField.LPA, 1),

  /** Log pages by offset, and more than 16 KiB of them at once. */
  LOG_OFFSETS(ControllerField.LPA, 2),

  /** The I/O command Compare. */
  COMPARE(ControllerField.ONCS, 0),

  /** The I/O command Write Uncorrectable. */
  WRITE_UNCORRECTABLE(ControllerField.ONCS, 1),

  /** The I/O command Dataset Management. */
  DATASET_MANAGEMENT(ControllerField.ONCS, 2),

  /** The I/O command Write Zeroes. */
  WRITE_ZEROES(ControllerField.ONCS, 3),

  /** Saved, default and supported values of features, and saving them. */
  FEATURE_SAVING(ControllerField.ONCS, 4),

  /** Reservations. */
  RESERVATIONS(ControllerField.ONCS, 5),

  /** The feature Timestamp. */
  TIMESTAMP(ControllerField.ONCS, 6),

  /** The I/O command Verify. */
  VERIFY(ControllerField.ONCS, 7),

  /** The I/O command Copy. */
  COPY(ControllerField.ONCS, 8),

  /** A volatile write cache. */
  WRITE_CACHE(ControllerField.VWC, 0),

  /** A format is of all namespaces at once. */
  FORMAT_IS_OF_ALL(ControllerField.FNA, 0),

  /** A secure erase is of all namespaces at once. */
  ERASE_IS_OF_ALL(ControllerField.FNA, 1),

  /** Format NVM by deleting the key that the data was encrypted with. */
  CRYPTOGRAPHIC_ERASE(ControllerField.FNA, 2),

  /** Sanitize by deleting the key that the data was encrypted with. */
  SANITIZE_CRYPTOGRAPHIC(ControllerField.SANICAP, 0),

  /** Sanitize by erasing blocks. */
  SANITIZE_BLOCK(ControllerField.SANICAP, 1),

  /** Sanitize by overwriting. */
  SANITIZE_OVERWRITE(ControllerField.SANICAP, 2),

  /** Tells of namespaces that were added, removed or changed. */
  NAMESPACE_EVENTS(ControllerField.OAES, 8),

  /** Tells of a firmware activation that begins. */
  FIRMWARE_EVENTS(ControllerField.OAES, 9),

  /** A host identifier of 128 bits. */
  LONG_HOST_IDENTIFIER(ControllerField.CTRATT, 0);

  /** Where its bit is. */
  final ControllerField field;

  /** Which bit of the field. */
  final int bit;

  ControllerCapability(ControllerField field, int bit) {
    this.field = field;
    this.bit = bit;
  }
}
