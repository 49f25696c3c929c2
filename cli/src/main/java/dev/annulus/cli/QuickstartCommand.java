// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.nvme.DeviceUrl;
import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.quickstart.HostProcess;
import dev.annulus.cli.quickstart.Report;
import dev.annulus.cli.quickstart.Sha256;
import dev.annulus.cli.quickstart.Workspace;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code annulus quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "Copy a file through a host to an NVMe namespace and back to a new file, verified.",
      "",
      "A host starts as a second process. This process attaches to it and copies FILE from file:"
          + " to",
      "nvme:0/1 (a controller model over a sparse file), then from there to a new file, checks"
          + " SHA-256",
      "at each stage against what java.nio reads, and shows what every hop took.",
      ""
    })
final class QuickstartCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "What to copy. Default: the running JDK's lib/modules.")
  Path file;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = {"Where to work; needs twice the file's size. Default: $TMPDIR, or /tmp."})
  Path directory;

  @Option(names = "--keep", description = "Leave the new file and the device's file behind.")
  boolean keep;

  @Mixin RingOption ring;
  @Mixin TuningOptions tuning;
  @Mixin JsonOption output;

  @Override
  public Integer call() throws CommandException, IOException {
    Path source = source();
    long size = Files.size(source);
    long device = Math.max(size + DeviceUrl.MODEL_BLOCK_SIZE - 1, DeviceUrl.MODEL_BLOCK_SIZE);
    say("quickstart: %s, %s bytes (%s)", source, Units.count(size), Units.size(size));
    try (Cleanup cleanup = new Cleanup()) {
      Workspace place = cleanup.add(Workspace.make(workDirectory(), size + device));
      Path root = commonRoot(source.getParent(), place.directory());
      HostProcess host = cleanup.add(startHost(place, root, device));
      // The digest is computed while the host starts.
      String digest = Sha256.ofFile(source);
      JsonNode ready = host.awaitReady();
      say(
          "host: process %d at %s, ring to the kernel: %s",
          ready.path("pid").asLong(), place.socket(), ready.path("ring").path("kind").asString());
      Quickstart run = new Quickstart(source, digest, root, place, tuning, this::say);
      Report report = run(run, host);
      print(report, place);
      return (report.verified() ? ExitCode.OK : ExitCode.DIFFERS).status();
    }
  }

  private static Report run(Quickstart run, HostProcess host) throws CommandException, IOException {
    try {
      return run.run();
    } catch (CommandException | IOException e) {
      CommandException told = Failures.classify(e);
      throw told.code() == ExitCode.HOST_GONE
          ? new CommandException(
              told.code(), told.getMessage() + "; its last words: " + host.said(), e)
          : told;
    }
  }

  private Path source() throws CommandException, IOException {
    Path named = file == null ? Path.of(System.getProperty("java.home"), "lib/modules") : file;
    if (!Files.exists(named)) {
      String hint = file == null ? "; this JDK has none: name a FILE" : "";
      throw new CommandException(ExitCode.NOT_FOUND, "no such file: " + named + hint);
    }
    if (!Files.isRegularFile(named)) {
      throw new CommandException(ExitCode.USAGE, named + " is not a regular file");
    }
    return named.toRealPath();
  }

  private Path workDirectory() throws CommandException, IOException {
    String variable = System.getenv("TMPDIR");
    Path standard = Path.of(variable == null || variable.isEmpty() ? "/tmp" : variable);
    Path wanted = directory == null ? standard : directory;
    if (!Files.isDirectory(wanted)) {
      throw new CommandException(
          ExitCode.NOT_FOUND, "no directory " + wanted + " to work in; choose one with --dir");
    }
    return wanted.toRealPath();
  }

  /** The deepest directory that holds both: the host shall not serve more than it has to. */
  static Path commonRoot(Path one, Path other) {
    Path root = one;
    while (!other.startsWith(root)) {
      root = root.getParent();
    }
    return root;
  }

  private HostProcess startHost(Workspace place, Path root, long device)
      throws CommandException, IOException {
    SocketPath.check(place.socket());
    return HostProcess.start(
        place.log(),
        List.of(
            "--socket", place.socket().toString(),
            "--root", root.toString(),
            "--nvme", place.device() + ":" + device,
            "--ring", ring.word()));
  }

  private void say(String format, Object... values) {
    if (!output.isJson()) {
      spec.commandLine().getOut().printf(format + "%n", values);
    }
  }

  private void print(Report report, Workspace place) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (keep) {
      place.keep();
    }
    if (output.isJson()) {
      Json.print(report.toJson(), out);
      return;
    }
    out.println();
    report.print(out);
    if (keep) {
      out.println("kept: " + place.directory());
    }
  }
}
