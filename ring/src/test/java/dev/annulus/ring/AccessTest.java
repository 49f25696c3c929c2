// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The table of RFC 1, section 3: what a batch costs at each end. Counted in the code as it is, and
 * compared with what the RFC says, row by row.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class AccessTest {
  /** Ring, end, state, and whether it may have an indirect array. */
  private static final String[][] PLACES = {
    {"peer", "SQ producer", "consumer is busy", "array"},
    {"peer", "SQ producer", "consumer may sleep", "array"},
    {"peer", "SQ consumer", "busy", "array"},
    {"peer", "SQ consumer", "sleeps", "array"},
    {"peer", "CQ producer", "consumer is busy", ""},
    {"peer", "CQ producer", "consumer may sleep", ""},
    {"peer", "CQ consumer", "busy", ""},
    {"peer", "CQ consumer", "sleeps", ""},
    {"kernel", "SQ producer", "any", "array"},
    {"kernel", "CQ consumer", "any", ""},
  };

  /** The table's columns, as the JVM calls them. */
  private static final List<String> KINDS =
      List.of(
          "getAcquire", "getOpaque", "setRelease", "setOpaque", "fullFence", "get", "set", "other");

  private static Map<String, Integer> count(String... words) {
    try {
      var work =
          new CountingLoader().loadClass(AccessWork.class.getName()).getDeclaredConstructor();
      work.setAccessible(true);
      @SuppressWarnings("unchecked")
      var batch = (Function<String[], Map<String, Integer>>) work.newInstance();
      return batch.apply(words);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** One row: what is not a kind of its own is another, and there must be none. */
  private static String row(String[] place, String array, int batch) {
    Map<String, Integer> counts =
        count(place[0], place[1], place[2], array, Integer.toString(batch));
    // Keeps the compiler to the order; no instruction, but on processors that reorder loads.
    counts.remove("acquireFence");
    Map<String, Integer> columns = new TreeMap<>();
    counts.forEach(
        (kind, n) -> columns.merge(KINDS.contains(kind) ? kind : "other", n, Integer::sum));
    StringBuilder row = new StringBuilder("| ").append(place[0]).append(" | ").append(place[1]);
    row.append(" | ").append(place[2]).append(" | ").append(array).append(" | ").append(batch);
    KINDS.forEach(kind -> row.append(" | ").append(columns.getOrDefault(kind, 0)));
    return row.append(" |").toString();
  }

  private static List<String> measured() {
    List<String> rows = new ArrayList<>();
    for (String[] place : PLACES) {
      for (String array : place[3].isEmpty() ? List.of("no") : List.of("no", "yes")) {
        rows.add(row(place, array, 1));
        rows.add(row(place, array, 16));
      }
    }
    return rows;
  }

  private static List<String> documented() throws IOException {
    Path rfc = Path.of("docs/rfc/0001-rings.md");
    for (Path up = Path.of("").toAbsolutePath(); !Files.exists(rfc); up = up.getParent()) {
      rfc = up.resolve("docs/rfc/0001-rings.md");
    }
    return Files.readAllLines(rfc).stream()
        .filter(line -> line.matches("\\| (peer|kernel) \\| [SC]Q (producer|consumer) \\|.*"))
        .toList();
  }

  @Test
  void batchCostsWhatTheRfcSays() throws IOException {
    assertEquals(String.join("\n", documented()), String.join("\n", measured()));
  }

  /** Also where the counts come from is looked at: a class that locks and swaps is seen. */
  @Test
  void locksAndReadModifyWritesWouldBeCounted() {
    assertEquals(Map.of("compareAndSet", 1, "lock", 2), count("rmw", "", "", "no", "1"));
  }

  /** The head is read once each time around, however small the batches are. */
  @Test
  void producerReadsTheHeadOnceAround() {
    assertEquals(4, count("around", "", "", "no", "1").get("getAcquire"));
  }
}
