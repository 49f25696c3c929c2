// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

/** What is counted beside the time: hard figures, not timings. */
public enum Counter {
  /** Bytes allocated on the Java heap by the threads that do the work. */
  HEAP_BYTES("heap", "heap B/op"),

  /** System calls that the ring made. */
  SYSTEM_CALLS("calls", "calls/op"),

  /** Writes to a device's doorbells. */
  DOORBELLS("doorbells", "doorbells/op");

  private final String key;
  private final String title;

  Counter(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** The name under which a child process reports it. */
  public String key() {
    return key;
  }

  /** The heading of its column. */
  public String title() {
    return title;
  }
}
