// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.suite;

import dev.annulus.bench.measure.Benchmark;
import dev.annulus.bench.measure.Comparison;
import dev.annulus.bench.measure.Goal;
import dev.annulus.bench.measure.Side;
import dev.annulus.bench.measure.Unit;
import dev.annulus.bench.process.JavaCommand;
import dev.annulus.bench.process.ProcessSide;
import dev.annulus.bench.process.WorkDirectory;
import dev.annulus.bench.work.ReadFile;
import dev.annulus.bench.work.Roles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Reads by a host, against the same reads on a kernel ring of one's own. */
final class Forward {
  private static final int DEPTH = 64;
  private static final int BATCH = 16;

  private Forward() {}

  static Benchmark benchmark() {
    return new Benchmark(
        "forward",
        "random 4 KiB reads of a tmpfs file, client process to host to kernel, depth 64",
        List.of(
            new Comparison(
                "",
                "kernel ring",
                Unit.RATE,
                Goal.of(0.85, Unit.RATE),
                new Comparison.Setting(
                    "client, host; the kernel ring's owner does not",
                    "CPU " + Sides.ACTIVE_CPU + ", host " + Sides.PASSIVE_CPU,
                    "both reap and start 16 or more at once; 256 MiB file, each block checked"),
                Forward::forwarded,
                Forward::direct)));
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

  private static Side forwarded() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Path file = file(directory);
    Path socket = directory.resolve("socket");
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.SERVING,
            "host",
            JavaCommand.on(Sides.PASSIVE_CPU, Roles.FILE_HOST, socket, file.getParent()).words())
        .add(
            ProcessSide.Part.TIMED,
            "client",
            JavaCommand.on(
                    Sides.ACTIVE_CPU,
                    Roles.FORWARDED_READER,
                    DEPTH,
                    BATCH,
                    socket,
                    "file:/" + file.getFileName())
                .words());
  }

  private static Side direct() throws IOException {
    WorkDirectory directory = WorkDirectory.create();
    Path file = file(directory);
    return new ProcessSide(directory)
        .add(
            ProcessSide.Part.TIMED,
            "kernel ring",
            JavaCommand.on(Sides.ACTIVE_CPU, Roles.DIRECT_READER, DEPTH, BATCH, file).words());
  }
}
