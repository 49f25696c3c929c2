// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import java.nio.file.Path;

/** The words of a worker's command line, taken one after the other. */
final class Arguments {
  private final String[] words;
  private int next;

  Arguments(String... words) {
    this.words = words;
  }

  String word() {
    if (next == words.length) {
      throw new IllegalArgumentException("too few arguments: " + String.join(" ", words));
    }
    return words[next++];
  }

  int number() {
    return Integer.parseInt(word());
  }

  Path path() {
    return Path.of(word());
  }
}
