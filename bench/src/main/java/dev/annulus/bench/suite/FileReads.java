// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.FioSide;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import dev.annulus.bench.work.ReadFile;
import dev.annulus.bench.work.Roles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Random reads of a file by a kernel ring: against fio, and against threads that block. */
final class FileReads {
  private static final int DEPTH = 64;
  private static final int BATCH = 16;
  private static final int CPU = 1;
  private static final int BUFFERED = 0;
  private static final int DIRECT = 1;

  private FileReads() {}

  static Benchmark rate() {
    return new Benchmark(
        "file-read",
        "random 4 KiB reads by io_uring, depth 64, registered buffers and file",
        List.of(
            comparison("tmpfs", WorkDirectory::create, BUFFERED),
            comparison("direct", WorkDirectory::onDisk, DIRECT)));
  }

  static Benchmark processorTime() {
    return new Benchmark(
        "file-cpu",
        "random 4 KiB reads with O_DIRECT, a second of processor time",
        List.of(
            new Comparison(
                "",
                "64 threads",
                Unit.CPU_RATE,
                Goal.of(3, Unit.CPU_RATE),
                new Comparison.Setting(
                    "nobody", "CPU " + CPU, "FileChannel, a blocking read on each thread"),
                () -> ours(WorkDirectory.onDisk(), Roles.FIXED_READER_CPU, DIRECT),
                FileReads::threads)));
  }

  /** Where the file is. */
  private interface Place {
    WorkDirectory make() throws IOException;
  }

  private static Comparison comparison(String name, Place place, int direct) {
    return new Comparison(
        name,
        "fio",
        Unit.RATE,
        Goal.of(1, Unit.RATE),
        new Comparison.Setting(
            "nobody",
            "CPU " + CPU,
            "256 MiB file; both wait for 16 and start 16 at once; ours checks each block, fio"
                + " takes no times"),
        () -> ours(place.make(), Roles.FIXED_READER, direct),
        () -> fio(place.make(), direct));
  }

  private static Path file(WorkDirectory directory) throws IOException {
    try {
      Path file = directory.resolve("blocks");
      ReadFile.create(file);
      return file;
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  private static Side ours(WorkDirectory directory, String role, int direct) throws IOException {
    Path file = file(directory);
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "annulus",
            JavaCommand.on(CPU, role, DEPTH, BATCH, direct, file).words());
  }

  private static Side threads() throws IOException {
    WorkDirectory directory = WorkDirectory.onDisk();
    Path file = file(directory);
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "64 threads",
            JavaCommand.on(CPU, Roles.THREAD_READER_CPU, DEPTH, file).words());
  }

  private static Side fio(WorkDirectory directory, int direct) throws IOException {
    Path file = file(directory);
    return new FioSide(
        directory,
        List.of(
            "--name=read",
            "--filename=" + file,
            "--ioengine=io_uring",
            "--fixedbufs=1",
            "--registerfiles=1",
            "--nonvectored=1",
            "--direct=" + direct,
            "--rw=randread",
            "--bs=4k",
            "--norandommap=1",
            "--iodepth=" + DEPTH,
            "--iodepth_batch_submit=" + BATCH,
            "--iodepth_batch_complete_min=" + BATCH,
            "--iodepth_batch_complete_max=" + DEPTH,
            "--gtod_reduce=1",
            "--thread",
            "--cpus_allowed=" + CPU,
            "--time_based"));
  }
}
