// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.text.Facts;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Units;
import java.io.PrintWriter;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured.
 *
 * @param latencies of each command in nanoseconds, from submission until it was handled
 * @param nanos from the first command to the last completion
 * @param bytes of each command
 * @param doorbells writes of doorbell registers
 * @param busyNanos time in submitting, ringing and handling, without looks that found nothing
 */
record BenchResult(Histogram latencies, long nanos, long bytes, long doorbells, long busyNanos) {
  private static final double[] PERCENTILES = {1, 50, 90, 99, 99.9, 99.99};

  private long commands() {
    return latencies.getTotalCount();
  }

  private double each(long total) {
    return commands() == 0 ? 0 : (double) total / commands();
  }

  private double iops() {
    return nanos == 0 ? 0 : commands() * 1e9 / nanos;
  }

  void print(PrintWriter out) {
    Facts facts = new Facts(out);
    facts.print("commands", Units.count(commands()) + " in " + Units.time(nanos));
    facts.print("IOPS", Units.count(Math.round(iops())));
    facts.print("throughput", String.format(Locale.ROOT, "%.1f MB/s", iops() * bytes / 1e6));
    facts.print(
        "latency", "mean " + Units.time(Math.round(latencies.getMean())) + ", " + percentiles());
    facts.print("doorbells", String.format(Locale.ROOT, "%.3f an operation", each(doorbells)));
    facts.print(
        "software",
        String.format(Locale.ROOT, "%.0f ns an operation on this thread", each(busyNanos)));
  }

  private String percentiles() {
    StringBuilder text = new StringBuilder();
    for (double percentile : PERCENTILES) {
      text.append(name(percentile)).append(' ');
      text.append(Units.time(latencies.getValueAtPercentile(percentile))).append(", ");
    }
    return text + "max " + Units.time(latencies.getMaxValue());
  }

  private static String name(double percentile) {
    return "p" + (percentile % 1 == 0 ? Long.toString((long) percentile) : "" + percentile);
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("commands", commands());
    json.put("seconds", Json.rounded(nanos / 1e9)).put("iops", Json.rounded(iops()));
    json.put("mb_per_s", Json.rounded(iops() * bytes / 1e6)).put("bytes_each", bytes);
    ObjectNode latency = json.putObject("latency_ns");
    latency.put("mean", Math.round(latencies.getMean())).put("min", latencies.getMinValue());
    for (double percentile : PERCENTILES) {
      latency.put(name(percentile), latencies.getValueAtPercentile(percentile));
    }
    latency.put("max", latencies.getMaxValue());
    json.put("doorbells_per_op", Json.rounded(each(doorbells)));
    return json.put("software_ns_per_op", Json.rounded(each(busyNanos)));
  }
}
