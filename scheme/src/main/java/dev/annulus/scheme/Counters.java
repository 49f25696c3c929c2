// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.util.ArrayList;
import java.util.List;

/**
 * What one reactor counts. Written by its thread; others may read numbers of different instants.
 */
final class Counters {
  long operations;
  long atOnce;
  long sleeps;
  long violations;
  long stray;
  long schemeFailures;
  private final List<String> names = new ArrayList<>();
  private final List<LatencyHistogram> hops = new ArrayList<>();

  /** Adds a scheme; its hop is the time from taking an entry to its completion by the scheme. */
  void add(String scheme) {
    names.add(scheme);
    hops.add(new LatencyHistogram());
  }

  LatencyHistogram hop(int scheme) {
    return hops.get(scheme);
  }

  String json(int clients, String ring, String sleep, List<Scheme> schemes) {
    StringBuilder json = new StringBuilder();
    json.append("{\"clients\": ").append(clients);
    json.append(", \"operations\": ").append(operations);
    json.append(", \"completed_at_once\": ").append(atOnce);
    json.append(", \"sleeps\": ").append(sleeps);
    json.append(", \"violations\": ").append(violations);
    json.append(", \"stray_completions\": ").append(stray);
    json.append(", \"scheme_failures\": ").append(schemeFailures);
    json.append(", \"state_bytes_an_operation\": ").append(RunQueue.RECORD);
    json.append(", \"ring\": ").append(ring);
    json.append(", \"sleep\": ").append(sleep);
    json.append(", \"schemes\": {");
    for (int i = 0; i < names.size(); i++) {
      LatencyHistogram hop = hops.get(i);
      json.append(i == 0 ? "" : ", ").append('"').append(names.get(i)).append("\": {");
      json.append("\"pending_completed\": ").append(hop.count());
      json.append(", \"p50_ns\": ").append(hop.percentile(0.50));
      json.append(", \"p99_ns\": ").append(hop.percentile(0.99));
      String more = i < schemes.size() ? schemes.get(i).counters() : "";
      json.append(more.isEmpty() ? "" : ", ").append(more).append('}');
    }
    return json.append("}}").toString();
  }
}
