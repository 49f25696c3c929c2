// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private final List<String> calls = new ArrayList<>();

  /** A side that does a fixed number of operations a run, and notes what is done with it. */
  private final class FakeSide implements Side {
    private final String name;
    private final long operations;
    private final int failsAt;
    private int runs;

    FakeSide(String name, long operations, int failsAt) {
      this.name = name;
      this.operations = operations;
      this.failsAt = failsAt;
    }

    @Override
    public Sample run(double seconds) throws IOException {
      calls.add(name);
      if (++runs == failsAt) {
        throw new IOException("the peer died");
      }
      return new Sample(operations, 1_000_000, Map.of());
    }

    @Override
    public void close() {
      calls.add("close " + name);
    }
  }

  private Comparison comparison(int failsAt) {
    return new Comparison(
        "case",
        "peer",
        Unit.RATE,
        Goal.of(2, Unit.RATE),
        new Comparison.Setting("", "", ""),
        () -> new FakeSide("A", 3000, 0),
        () -> new FakeSide("B", 1000, failsAt));
  }

  @Test
  void sidesTakeTurnsAndAreClosed() throws IOException {
    Result result = new Measurement(Plan.of(1), line -> {}).run(comparison(0));
    assertEquals(3.0, result.ratio(), 1e-9);
    assertTrue(result.met());
    assertTrue(result.pairs().size() >= 5, "at least 5 pairs");
    List<String> runs = calls.stream().filter(call -> call.length() == 1).toList();
    for (int i = 0; i < runs.size(); i++) {
      assertEquals(i % 2 == 0 ? "A" : "B", runs.get(i));
    }
    assertTrue(runs.size() > 2 * result.pairs().size(), "a warm-up comes first");
    assertTrue(calls.contains("close A") && calls.contains("close B"));
  }

  @Test
  void aSideThatFailsIsNoResult() {
    Measurement measurement = new Measurement(Plan.of(1), line -> {});
    assertThrows(IOException.class, () -> measurement.run(comparison(7)));
    assertTrue(calls.contains("close A") && calls.contains("close B"));
  }

  @Test
  void nothingMeasuredIsNoSample() {
    assertThrows(IllegalArgumentException.class, () -> new Sample(0, 1, Map.of()));
    assertThrows(IllegalArgumentException.class, () -> new Sample(1, 0, Map.of()));
  }

  @Test
  void mediansOfOddAndEvenNumbers() {
    assertEquals(2, Statistics.median(new double[] {3, 1, 2}));
    assertEquals(2.5, Statistics.median(new double[] {4, 1, 2, 3}));
    assertThrows(IllegalArgumentException.class, () -> Statistics.median(new double[0]));
  }

  @Test
  void lessIsBetterForTimes() {
    Goal goal = Goal.of(1.1, Unit.TIME);
    assertTrue(goal.met(1.05, 100));
    assertTrue(!goal.met(1.2, 100));
  }
}
