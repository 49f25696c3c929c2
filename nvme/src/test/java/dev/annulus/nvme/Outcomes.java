// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects completions, and fails on a token that completes twice. */
final class Outcomes implements CompletionHandler {
  private final Map<Long, Integer> statuses = new LinkedHashMap<>();
  private final Map<Long, Long> results = new LinkedHashMap<>();

  @Override
  public void completed(long token, int status, long result) {
    assertNull(statuses.put(token, status), "token " + token + " completed twice");
    results.put(token, result);
  }

  int size() {
    return statuses.size();
  }

  List<Long> order() {
    return List.copyOf(statuses.keySet());
  }

  int status(long token) {
    assertTrue(statuses.containsKey(token), "token " + token + " did not complete");
    return statuses.get(token);
  }

  /** Dword 0. */
  int result(long token) {
    return (int) longResult(token);
  }

  /** Dwords 0 and 1. */
  long longResult(long token) {
    return results.get(token);
  }

  void assertOk(long token) {
    assertEquals("Successful Completion", NvmeStatus.name(status(token)));
  }

  void assertStatus(StatusCode expected, boolean doNotRetry, long token) {
    int status = status(token);
    assertEquals(expected, StatusCode.of(status), NvmeStatus.describe(status));
    assertEquals(doNotRetry, (status & NvmeStatus.DO_NOT_RETRY) != 0, NvmeStatus.describe(status));
  }

  void clear() {
    statuses.clear();
    results.clear();
  }
}
