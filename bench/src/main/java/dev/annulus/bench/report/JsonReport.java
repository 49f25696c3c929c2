// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.report;

import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Pair;
import dev.annulus.bench.measure.Result;
import dev.annulus.bench.measure.Sample;
import dev.annulus.bench.measure.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** All samples and the machine, for programs. */
public final class JsonReport {
  private static final JsonMapper MAPPER = new JsonMapper();

  private JsonReport() {}

  /**
   * Writes results to a file.
   *
   * @param file made or replaced
   * @param machine that was measured on
   * @param all the results
   * @throws IOException where the file cannot be written
   */
  public static void write(Path file, Machine machine, List<Results> all) throws IOException {
    Files.writeString(file, document(machine, all).toPrettyString() + "\n");
  }

  static ObjectNode document(Machine machine, List<Results> all) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    document
        .putObject("machine")
        .put("cpu", machine.cpu())
        .put("cores", machine.cores())
        .put("kernel", machine.kernel())
        .put("jdk", machine.jdk());
    ArrayNode benchmarks = document.putArray("benchmarks");
    all.forEach(results -> benchmark(benchmarks.addObject(), results));
    return document;
  }

  private static void benchmark(ObjectNode node, Results results) {
    node.put("name", results.benchmark().name());
    node.put("work", results.benchmark().work());
    node.put("worst", results.nameOf(results.worst()));
    ArrayNode cases = node.putArray("cases");
    for (Result result : results.cases()) {
      comparison(cases.addObject(), results.nameOf(result), result);
    }
  }

  private static void comparison(ObjectNode node, String name, Result result) {
    Comparison comparison = result.comparison();
    node.put("name", name)
        .put("peer", comparison.peer())
        .put("unit", comparison.unit().symbol())
        .put("goal", comparison.goal().toString())
        .put("met", result.met())
        .put("ratio", result.ratio())
        .put("annulus", result.annulus())
        .put("other", result.other())
        .put("spins", comparison.setting().spins())
        .put("pinning", comparison.setting().pinning())
        .put("notes", comparison.setting().notes());
    ArrayNode pairs = node.putArray("pairs");
    for (Pair pair : result.pairs()) {
      ObjectNode both = pairs.addObject();
      both.put("ratio", pair.ratio(comparison.unit()));
      sample(both.putObject("annulus"), comparison.unit(), pair.annulus());
      sample(both.putObject("other"), comparison.unit(), pair.other());
    }
  }

  private static void sample(ObjectNode node, Unit unit, Sample sample) {
    node.put("value", unit.value(sample));
    node.put("operations", sample.operations());
    node.put("nanoseconds", sample.nanos());
    sample.counters().forEach((counter, count) -> node.put(counter.key(), count));
  }
}
