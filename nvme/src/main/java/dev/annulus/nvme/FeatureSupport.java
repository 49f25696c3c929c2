// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

/**
 * What can be done with a feature.
 *
 * <p>Source: NVM Express Base Specification 2.0, figure 195.
 *
 * @param saveable whether its value can be kept over a reset
 * @param perNamespace whether each namespace has a value of its own
 * @param changeable whether it can be set
 */
public record FeatureSupport(boolean saveable, boolean perNamespace, boolean changeable) {
  static final int SAVEABLE = 1;
  static final int PER_NAMESPACE = 1 << 1;
  static final int CHANGEABLE = 1 << 2;

  static FeatureSupport parse(int result) {
    return new FeatureSupport(
        (result & SAVEABLE) != 0, (result & PER_NAMESPACE) != 0, (result & CHANGEABLE) != 0);
  }
}
