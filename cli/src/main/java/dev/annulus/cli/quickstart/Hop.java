// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import dev.annulus.cli.copy.HopStats;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Units;
import tools.jackson.databind.node.ObjectNode;

/**
 * One hop of the way, as the client saw it.
 *
 * @param name such as {@code file: read}
 * @param nanos how long the transfer took that it was part of
 * @param stats its operations
 */
public record Hop(String name, long nanos, HopStats stats) {
  /**
   * The head of {@link #cells}.
   *
   * @return names of columns
   */
  static String[] head() {
    return new String[] {"hop", "bytes", "MiB/s", "operations", "p50", "p99"};
  }

  /**
   * A row of the table.
   *
   * @return as many cells as {@link #head}
   */
  String[] cells() {
    return new String[] {
      name,
      Units.count(stats.bytes()),
      Units.count(Math.round(mibPerSecond())),
      Units.count(stats.operations()),
      Units.time(stats.latency(50)),
      Units.time(stats.latency(99))
    };
  }

  private double mibPerSecond() {
    return Units.mibPerSecond(stats.bytes(), nanos);
  }

  ObjectNode toJson() {
    return Json.object()
        .put("hop", name)
        .put("bytes", stats.bytes())
        .put("mib_per_second", Json.rounded(mibPerSecond()))
        .put("operations", stats.operations())
        .put("p50_us", Json.rounded(stats.latency(50) / 1e3))
        .put("p99_us", Json.rounded(stats.latency(99) / 1e3));
  }
}
