// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.process;

import dev.annulus.bench.measure.MissingPeerException;
import dev.annulus.bench.measure.Sample;
import dev.annulus.bench.measure.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** fio as a side: a process for each run, asked for its figures as JSON. */
public final class FioSide implements Side {
  private static final String INSTALL = "apt-get install fio";
  private static final long NANOS_A_MILLI = 1_000_000;

  private final WorkDirectory directory;
  private final List<String> options;
  private final Runnable undo;
  private volatile Process process;

  /**
   * A side.
   *
   * @param directory removed with the side
   * @param options of the job, without run time and output format
   */
  public FioSide(WorkDirectory directory, List<String> options) {
    this.directory = directory;
    this.options = List.copyOf(options);
    undo = this::kill;
    Leftovers.add(undo);
  }

  @Override
  public Sample run(double seconds) throws IOException {
    List<String> command = new ArrayList<>(List.of("fio", "--output-format=json"));
    command.addAll(options);
    command.add(String.format(Locale.ROOT, "--runtime=%dms", Math.round(seconds * 1000)));
    JsonNode read = read(print(command)).path("jobs").path(0).path("read");
    return new Sample(
        read.path("total_ios").asLong(0), read.path("runtime").asLong(0) * NANOS_A_MILLI, Map.of());
  }

  private String print(List<String> command) throws IOException {
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new MissingPeerException("fio is not on the PATH", INSTALL);
    }
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException("fio ended with status " + status + ": " + printed.strip());
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while fio ran", e);
    }
    return printed;
  }

  /** Its warnings may stand before the JSON. */
  private static JsonNode read(String printed) throws IOException {
    try {
      return JsonMapper.shared().readTree(printed.substring(Math.max(printed.indexOf('{'), 0)));
    } catch (JacksonException e) {
      throw new IOException("fio printed no JSON: " + printed.strip(), e);
    }
  }

  private void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  @Override
  public void close() {
    kill();
    Leftovers.forget(undo);
    directory.close();
  }
}
