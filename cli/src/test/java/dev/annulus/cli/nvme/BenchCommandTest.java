// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.NvmeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code bench}: that it measures what it says, and destroys nothing unasked. */
class BenchCommandTest {
  private final TestBacking backing = new TestBacking(1 << 20);
  private final Typed typed = new Typed(ModelController.builder().namespace(backing, 512).build());

  @AfterEach
  void close() {
    typed.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "randread", "write", "randwrite"})
  void eachLoadIsMeasured(String load) throws Exception {
    JsonNode json =
        typed.json(
            "bench",
            "model:kept",
            "--rw",
            load,
            "--depth",
            "4",
            "--seconds",
            "0.05",
            "--force",
            "--json");
    assertTrue(json.path("commands").asLong() > 0);
    assertTrue(json.path("iops").asDouble() > 0);
    assertEquals(4096, json.path("bytes_each").asInt());
    assertTrue(json.path("doorbells_per_op").asDouble() > 0);
    assertTrue(json.path("software_ns_per_op").asDouble() > 0);
    JsonNode latency = json.path("latency_ns");
    assertTrue(latency.path("p50").asLong() > 0);
    assertTrue(latency.path("p50").asLong() <= latency.path("max").asLong());
    assertEquals(load.endsWith("write"), backing.writes > 0);
  }

  @Test
  void peopleSeeWhatProgramsDo() {
    String text = typed.done("bench", "model:kept", "--seconds", "0.05", "--block-size", "512");
    for (String name : new String[] {"IOPS", "throughput", "p99.9", "doorbells", "software"}) {
      assertTrue(text.contains(name), text);
    }
  }

  @Test
  void writesStayInTheRangeThatIsNamed() {
    backing.unreadableFrom = 8 * 512;
    typed.done("bench", "model:kept", "--blocks", "8", "--block-size", "1K", "--seconds", "0.02");
  }

  @Test
  void writesAreConfirmedFirst() {
    String[] bench = {"bench", "model:kept", "--rw", "randwrite", "--seconds", "0.02"};
    typed.refused(ExitCode.NOT_CONFIRMED, "overwrites blocks 0 to 2047", bench);
    typed.answer("no").refused(ExitCode.NOT_CONFIRMED, "not confirmed", bench);
    assertEquals(0, backing.writes);
    typed.answer("y").done(bench);
    assertTrue(backing.writes > 0);
  }

  @Test
  void whatCannotBeIsRefused() {
    typed.refused(
        ExitCode.USAGE, "has blocks of 512 bytes", "bench", "model:kept", "--block-size", "1000");
    typed.refused(
        ExitCode.USAGE,
        "only 4 blocks",
        "bench",
        "model:kept",
        "--blocks",
        "4",
        "--block-size",
        "4K");
    typed.wrong("--depth 0", "bench", "model:kept", "--depth", "0");
    typed.wrong("--depth 1024", "bench", "model:kept", "--depth", "1024");
    typed.wrong("--block-size", "bench", "model:kept", "--block-size", "17M");
    typed.wrong("--seconds", "bench", "model:kept", "--seconds", "0");
    typed.wrong("--rw", "bench", "model:kept", "--rw", "trim");
  }

  @Test
  void anErrorEndsIt() {
    backing.unreadableFrom = 0;
    NvmeException told =
        typed.failed(NvmeException.class, "bench", "model:kept", "--seconds", "30");
    assertTrue(told.getMessage().contains("Unrecovered Read Error"), told::getMessage);
  }
}
