// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

/** What kind of queue: the width of its words, and whether an array names its slots. */
enum Shape {
  WIDE(true, false),
  NARROW(false, false),
  WIDE_ARRAY(true, true),
  NARROW_ARRAY(false, true);

  final boolean wide;
  final boolean array;

  Shape(boolean wide, boolean array) {
    this.wide = wide;
    this.array = array;
  }
}
