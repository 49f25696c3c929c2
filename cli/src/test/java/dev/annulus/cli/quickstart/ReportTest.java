// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.text.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ReportTest {
  private static final String HOST =
      """
      {"state_bytes_an_operation": 32,
       "ring": {"kind": "thread pool", "reason": "io_uring_setup: EPERM"},
       "schemes": {"file": {"pending_completed": 2235, "p50_ns": 81920, "p99_ns": 983040},
                   "nvme": {"pending_completed": 2230, "p50_ns": 20480, "p99_ns": 40960}}}
      """;

  private static Report report(String... digests) throws IOException {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < digests.length; i++) {
      named.put("digest " + i, digests[i]);
    }
    return new Report(Path.of("/f"), 0, List.of(), Json.parse(HOST), 7, 1_500_000, 10, named);
  }

  private static String text(Report report) {
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void isVerifiedWhereAllDigestsAreTheSame() throws IOException {
    assertTrue(report("a", "a", "a", "a").verified());
    assertFalse(report("a", "a", "a", "b").verified());
    assertTrue(text(report("a", "a")).contains("verified: all are the same"));
    assertTrue(text(report("a", "b")).contains("FAILED: they differ"));
  }

  @Test
  void showsWhatTheHostMeasured() throws IOException {
    String text = text(report("a"));
    assertTrue(text.matches("(?s).*host to kernel, file: +2,235 +81.9 us +983 us\n.*"), text);
    assertTrue(text.matches("(?s).*host to device, nvme: +2,230 +20.5 us +41.0 us\n.*"), text);
    assertTrue(text.contains("32 bytes in the host"), text);
    assertTrue(text.contains("thread pool: io_uring_setup: EPERM"), text);
  }

  @Test
  void hasTheSameInJson() throws IOException {
    JsonNode json = Json.parse(report("a", "a").toJson().toString());
    assertTrue(json.path("verified").asBoolean());
    assertEquals("thread pool", json.path("ring_kind").asString());
    assertEquals(32, json.path("state_bytes_a_pending_operation").asInt());
    assertEquals(81920, json.path("host_hops").path("file").path("p50_ns").asInt());
    assertEquals(1.5, json.path("flush_ms").asDouble());
    assertEquals("a", json.path("sha256").path("digest 1").asString());
    assertEquals(0, json.path("operations").asInt());
  }
}
