// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Table;
import dev.annulus.cli.text.Units;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What came out of a run.
 *
 * @param file what was copied
 * @param bytes its size
 * @param hops in the order of the way
 * @param host the counters of the host's reactor
 * @param systemCalls of the client, in all transfers
 * @param flushNanos how long the flushes of device and file took
 * @param digestNanos how long the client's digests took, within the transfers
 * @param digests by where they were taken, the source's first
 */
public record Report(
    Path file,
    long bytes,
    List<Hop> hops,
    JsonNode host,
    long systemCalls,
    long flushNanos,
    long digestNanos,
    Map<String, String> digests) {

  /**
   * Whether the same bytes were seen everywhere.
   *
   * @return true where all digests are equal
   */
  public boolean verified() {
    return digests.values().stream().distinct().count() == 1;
  }

  private long operations() {
    return hops.stream().mapToLong(hop -> hop.stats().operations()).sum();
  }

  private double systemCallsAnOperation() {
    return operations() == 0 ? 0 : (double) systemCalls / operations();
  }

  /**
   * The report for programs.
   *
   * @return an object
   */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("verified", verified());
    json.put("file", file.toString()).put("bytes", bytes);
    json.put("ring_kind", ringKind()).set("ring", host.path("ring"));
    ArrayNode rows = json.putArray("hops");
    hops.forEach(hop -> rows.add(hop.toJson()));
    ObjectNode inHost = json.putObject("host_hops");
    host.path("schemes").forEachEntry((scheme, hop) -> inHost.set(scheme, hop));
    json.put("operations", operations());
    json.put("client_system_calls", systemCalls);
    json.put("client_system_calls_an_operation", Json.rounded(systemCallsAnOperation()));
    json.put("state_bytes_a_pending_operation", stateBytes());
    json.put("flush_ms", Json.rounded(flushNanos / 1e6));
    json.put("digest_ms", Json.rounded(digestNanos / 1e6));
    ObjectNode sums = json.putObject("sha256");
    digests.forEach(sums::put);
    return json;
  }

  private String ringKind() {
    return host.path("ring").path("kind").asString();
  }

  private int stateBytes() {
    return host.path("state_bytes_an_operation").asInt();
  }

  /**
   * The report for people.
   *
   * @param out where to
   */
  public void print(PrintWriter out) {
    Table table = new Table(Hop.head());
    hops.forEach(hop -> table.row(hop.cells()));
    addHostHop(table, "  host to kernel, file:", "file");
    addHostHop(table, "  host to device, nvme:", "nvme");
    table.print(out);
    out.println();
    out.printf(
        "system calls of the client  %.3f an operation (%s in %s)%n",
        systemCallsAnOperation(), Units.count(systemCalls), Units.count(operations()));
    out.printf("state of a pending operation  %d bytes in the host%n", stateBytes());
    out.printf("ring to the kernel  %s%s%n", ringKind(), reason());
    out.printf("flushing device and file  %s, not in MiB/s%n", Units.time(flushNanos));
    out.printf("computing SHA-256  %s on the client's thread, in MiB/s%n", Units.time(digestNanos));
    out.println();
    digests.forEach((where, digest) -> out.printf("sha256 %s  %s%n", digest, where));
    out.println(verified() ? "verified: all are the same" : "FAILED: they differ");
  }

  private String reason() {
    String reason = host.path("ring").path("reason").asString();
    return reason.isEmpty() ? "" : ": " + reason;
  }

  /** What the host measured from taking an entry to its completion by the kernel or the device. */
  private void addHostHop(Table table, String name, String scheme) {
    JsonNode hop = host.path("schemes").path(scheme);
    table.row(
        name,
        "",
        "",
        Units.count(hop.path("pending_completed").asLong()),
        Units.time(hop.path("p50_ns").asLong()),
        Units.time(hop.path("p99_ns").asLong()));
  }
}
