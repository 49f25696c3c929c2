// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.CCompiler;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import dev.annulus.bench.work.Roles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Entries of 64 bytes from one process to another. */
final class PeerThroughput {
  private static final int PRODUCER_CPU = 1;
  private static final int CONSUMER_CPU = 0;

  /** As many entries on each side; with fewer, all but Aeron are slower. */
  private static final int ENTRIES = 4096;

  /** So many are read at once, if they are there: what gives each of them its best. */
  private static final int READ = 512;

  private static final int AGRONA_READ = 256;
  private static final int AERON_READ = 64;

  /** A term of 16,384 frames, of which half are the window: what gives Aeron its best. */
  private static final int AERON_TERM = 1 << 20;

  /** How often the consumer does the media driver's work. */
  private static final int POLLS_A_DUTY = 64;

  private final CCompiler compiler;
  private final String name;
  private final int batch;

  private PeerThroughput(CCompiler compiler, String name, int batch) {
    this.compiler = compiler;
    this.name = name;
    this.batch = batch;
  }

  static Benchmark batches(CCompiler compiler) {
    return new PeerThroughput(compiler, "peer-throughput", 16).benchmark(4, 3);
  }

  static Benchmark oneByOne(CCompiler compiler) {
    return new PeerThroughput(compiler, "peer-throughput-1", 1).benchmark(1.5, 1);
  }

  private Benchmark benchmark(double agronaGoal, double aeronGoal) {
    return new Benchmark(
        name,
        "64-byte entries from one process to another, batch " + batch,
        List.of(
            new Comparison(
                "agrona",
                "Agrona",
                Unit.RATE,
                Goal.of(agronaGoal, Unit.RATE),
                setting(
                    "OneToOneRingBuffer of 256 KiB, tryClaim in place, 56-byte payload, bounds"
                        + " checks off, its consumer waits after less than a batch"),
                this::annulus,
                this::agrona),
            new Comparison(
                "aeron",
                "Aeron",
                Unit.RATE,
                Goal.of(aeronGoal, Unit.RATE),
                setting(
                    "IPC, exclusive publication, tryClaim in place, 56-byte payload, terms of 1"
                        + " MiB, bounds checks off, driver run by the consumer"),
                this::annulus,
                this::aeron),
            new Comparison(
                "c",
                "C",
                Unit.RATE,
                Goal.none(Unit.RATE),
                setting("gcc -O2; the ring's own words and entries, without a check: the limit"),
                this::annulus,
                this::inC)));
  }

  private static Comparison.Setting setting(String notes) {
    return new Comparison.Setting(
        "producer, consumer", "CPU " + PRODUCER_CPU + ", " + CONSUMER_CPU, notes);
  }

  private Side annulus() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    String socket = directory.resolve("socket").toString();
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "annulus consumer",
            JavaCommand.on(CONSUMER_CPU, Roles.ANNULUS_CONSUMER, READ, socket).words())
        .add(
            ProcessSide.Part.UNTIMED,
            "annulus producer",
            JavaCommand.on(PRODUCER_CPU, Roles.ANNULUS_PRODUCER, batch, ENTRIES, socket).words());
  }

  private Side agrona() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    String path = directory.resolve("ring").toString();
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "Agrona consumer",
            JavaCommand.on(CONSUMER_CPU, Roles.AGRONA_CONSUMER, AGRONA_READ, path, ENTRIES)
                .forAgrona()
                .words())
        .add(
            ProcessSide.Part.UNTIMED,
            "Agrona producer",
            JavaCommand.on(PRODUCER_CPU, Roles.AGRONA_PRODUCER, path, ENTRIES).forAgrona().words());
  }

  private Side aeron() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    String path = directory.resolve("aeron").toString();
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "Aeron consumer",
            JavaCommand.on(
                    CONSUMER_CPU, Roles.AERON_CONSUMER, AERON_READ, POLLS_A_DUTY, AERON_TERM, path)
                .forAgrona()
                .words())
        .add(
            ProcessSide.Part.UNTIMED,
            "Aeron producer",
            JavaCommand.on(PRODUCER_CPU, Roles.AERON_PRODUCER, path).forAgrona().words());
  }

  private Side inC() throws IOException {
    Path program = compiler.program("spsc_ring");
    WorkDirectory directory = WorkDirectory.create();
    Path path = directory.resolve("ring");
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "C consumer",
            Sides.words(program, CONSUMER_CPU, "consumer", path, batch))
        .add(
            ProcessSide.Part.UNTIMED,
            "C producer",
            Sides.words(program, PRODUCER_CPU, "producer", path, batch));
  }
}
