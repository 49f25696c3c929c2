// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/** Which of a feature's values; those but the current one need FEATURE_SAVING. */
public enum FeatureSelect {
  /** The one in use. */
  CURRENT,

  /** The one that the device was made with. */
  DEFAULT,

  /** The one that a reset brings back. */
  SAVED
}
