// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

/** What a sample's value is, and which direction is better. */
public enum Unit {
  /** Millions of operations a second. */
  RATE("M/s", true) {
    @Override
    public double value(Sample sample) {
      return sample.operations() * 1e3 / sample.nanos();
    }
  },

  /** Millions of operations a second of processor time; samples have that time. */
  CPU_RATE("M/CPU s", true) {
    @Override
    public double value(Sample sample) {
      return RATE.value(sample);
    }
  },

  /** Nanoseconds an operation. */
  TIME("ns", false) {
    @Override
    public double value(Sample sample) {
      return (double) sample.nanos() / sample.operations();
    }
  };

  private final String symbol;
  private final boolean higherIsBetter;

  Unit(String symbol, boolean higherIsBetter) {
    this.symbol = symbol;
    this.higherIsBetter = higherIsBetter;
  }

  /** The sample in this unit. */
  public abstract double value(Sample sample);

  /** As printed behind a value. */
  public String symbol() {
    return symbol;
  }

  /** Whether more is better. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }
}
