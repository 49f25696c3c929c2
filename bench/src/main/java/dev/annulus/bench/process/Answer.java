// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import java.util.HashMap;
import java.util.Map;

/**
 * What a process answers to {@code run}: one line.
 *
 * @param operations done
 * @param nanos they took
 * @param more numbers by name, such as {@code sum} of what was received
 */
public record Answer(long operations, long nanos, Map<String, Long> more) {
  /** Of all that was sent or received: must be the same on both ends. */
  public static final String SUM = "sum";

  /** An answer of a count and a time alone. */
  public static Answer of(long operations, long nanos) {
    return new Answer(operations, nanos, Map.of());
  }

  /** The same with one number more. */
  public Answer with(String name, long number) {
    Map<String, Long> all = new HashMap<>(more);
    all.put(name, number);
    return new Answer(operations, nanos, all);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException where it is no answer
   */
  static Answer parse(String line) {
    String[] words = line.split(" ");
    if (words.length < 2) {
      throw new IllegalArgumentException("not an answer: " + line);
    }
    Map<String, Long> more = new HashMap<>();
    for (int i = 2; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("not NAME=NUMBER: " + words[i]);
      }
      more.put(words[i].substring(0, equals), Long.parseLong(words[i].substring(equals + 1)));
    }
    return new Answer(Long.parseLong(words[0]), Long.parseLong(words[1]), more);
  }

  /** The line that {@link #parse} reads. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder().append(operations).append(' ').append(nanos);
    more.forEach((name, number) -> line.append(' ').append(name).append('=').append(number));
    return line.toString();
  }
}
