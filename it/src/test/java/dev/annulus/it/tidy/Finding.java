// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

/** A place that breaks a rule, and what to do about it. */
record Finding(String path, int line, String remedy) {
  @Override
  public String toString() {
    return path + ":" + line + ": " + remedy;
  }
}
