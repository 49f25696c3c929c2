// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.MissingPeerException;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.FioSide;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import dev.annulus.bench.work.ReadFile;
import dev.annulus.bench.work.Roles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The NVMe driver on QEMU's controller: against fio on the file behind it, and its doorbells. */
final class NvmeQemu {
  private static final int DEPTH = 32;
  private static final int SHADOW = 1;
  private static final int REGISTERS = 0;
  private static final double GAIN = 1.3;
  private static final String QEMU = "qemu-system-x86_64";

  private NvmeQemu() {}

  static Benchmark benchmark() {
    return new Benchmark(
        "nvme-qemu",
        "random 4 KiB reads, depth 32, from QEMU's NVMe controller over a file in memory",
        List.of(
            comparison(
                "fio", "fio", Goal.none(Unit.RATE), "fio reads the file itself", NvmeQemu::fio),
            comparison(
                "shadow-doorbells",
                "registers",
                Goal.of(GAIN, Unit.RATE),
                "doorbells in memory against a register write for each",
                () -> ours(REGISTERS))));
  }

  private static Comparison comparison(
      String name, String peer, Goal goal, String what, Side.Opener other) {
    return new Comparison(
        name,
        peer,
        Unit.RATE,
        goal,
        new Comparison.Setting(
            "annulus",
            "CPU " + Sides.ACTIVE_CPU + ", QEMU on CPU " + Sides.PASSIVE_CPU,
            what + "; 256 MiB file; ours checks each block"),
        () -> ours(SHADOW),
        other);
  }

  private static WorkDirectory directory() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    try {
      ReadFile.create(directory.resolve("blocks"));
      return directory;
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  private static Side ours(int shadow) throws IOException {
    require(QEMU, "apt-get install qemu-system-x86");
    require("setpriv", "apt-get install util-linux");
    WorkDirectory directory = directory();
    JavaCommand command =
        JavaCommand.on(
            Sides.ACTIVE_CPU,
            Roles.QEMU_READER,
            DEPTH,
            shadow,
            Sides.PASSIVE_CPU,
            directory.resolve("blocks"));
    return new ProcessSide(directory).add(ProcessSide.Part.TIMED, "annulus", command.words());
  }

  private static void require(String program, String install) throws MissingPeerException {
    String path = System.getenv().getOrDefault("PATH", "");
    if (Arrays.stream(path.split(File.pathSeparator))
        .noneMatch(directory -> Files.isExecutable(Path.of(directory, program)))) {
      throw new MissingPeerException(program + " is not on the PATH", install);
    }
  }

  private static Side fio() throws IOException {
    WorkDirectory directory = directory();
    return new FioSide(
        directory,
        List.of(
            "--name=read",
            "--filename=" + directory.resolve("blocks"),
            "--ioengine=io_uring",
            "--rw=randread",
            "--bs=4k",
            "--norandommap=1",
            "--iodepth=" + DEPTH,
            "--gtod_reduce=1",
            "--thread",
            "--cpus_allowed=" + Sides.ACTIVE_CPU,
            "--time_based"));
  }
}
