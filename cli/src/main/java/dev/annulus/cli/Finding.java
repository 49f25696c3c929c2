// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

/**
 * One thing that {@code annulus doctor} explains.
 *
 * @param name what it is about
 * @param value what holds on this machine
 * @param change what to change and why, or empty where it is well
 */
record Finding(String name, String value, String change) {
  @Override
  public String toString() {
    return change.isEmpty() ? value : value + "; " + change;
  }
}
