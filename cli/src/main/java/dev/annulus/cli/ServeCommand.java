// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.nvme.DeviceUrl;
import dev.annulus.cli.nvme.Outside;
import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.option.SizeConverter;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.peer.ServerOptions;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.FileScheme;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import dev.annulus.scheme.NullScheme;
import dev.annulus.scheme.SchemeFactory;
import dev.annulus.scheme.ShmScheme;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.RingOptions.Policy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus serve}. */
@Command(
    name = "serve",
    description = {
      "Run a host in the foreground, until Ctrl-C or SIGTERM.",
      "",
      "It serves file: (the files below --root), nvme: (a controller for each --nvme),",
      "null:, shm: (memory of two clients) and sys: (its own counters) to clients of the same user",
      "and of root. It prints one line, 'ready: ...', when clients can attach.",
      ""
    })
final class ServeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin SocketOption socket;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      required = true,
      description = "The directory that file: serves; neither .. nor links lead out of it.")
  Path root;

  @Option(names = "--read-only", description = "Let no client write files.")
  boolean readOnly;

  @Option(
      names = "--nvme",
      paramLabel = "FILE[:SIZE]|DEVICE",
      description = {
        "A file as the namespace 1 of one more NVMe controller, from nvme:0/1. With a size",
        "(K, M, G, T: powers of 1024) it is made, or made longer, where needed. Or a device,",
        "model: or vfio:, as annulus help nvme has them. May be repeated."
      })
  List<String> nvme = new ArrayList<>();

  @Option(
      names = "--reactors",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that serve, 1 to 64. Default: 1.")
  int reactors;

  @Option(
      names = "--client-memory",
      paramLabel = "SIZE",
      defaultValue = "1G",
      converter = SizeConverter.class,
      description = "Memory that a client may share for buffers. Default: 1G.")
  long clientMemory;

  @Mixin RingOption ring;
  @Mixin JsonOption output;

  @Option(names = "--until-stdin-ends", hidden = true, description = "For a parent process.")
  boolean untilStdinEnds;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    List<DeviceUrl> urls = check();
    Path path = socket.forHost();
    try (ServedDevices devices =
            ServedDevices.start(Outside.ofProcess().devices(), urls, reactors);
        Host host = start(path, devices);
        Ending ending = new Ending(host, devices)) {
      ready(path, host);
      if (untilStdinEnds) {
        ending.whenEnds(System.in);
      }
      if (ending.await() == Ending.Reason.FAILURE) {
        throw new CommandException(
            ExitCode.INTERNAL, "a reactor failed, as logged above; the host has ended");
      }
    }
    return ExitCode.OK.status();
  }

  private List<DeviceUrl> check() throws CommandException {
    if (!Files.isDirectory(root)) {
      throw new CommandException(
          Files.exists(root) ? ExitCode.USAGE : ExitCode.NOT_FOUND,
          "--root " + root + ": " + (Files.exists(root) ? "not a directory" : "no such directory"));
    }
    if (reactors < 1 || reactors > 64) {
      throw wrong("--reactors " + reactors + ": must be 1 to 64");
    }
    if (clientMemory < 1) {
      throw wrong("--client-memory " + clientMemory + ": must be 1 or more");
    }
    List<DeviceUrl> urls = new ArrayList<>();
    for (String text : nvme) {
      urls.add(ServedDevices.parse(text));
    }
    return urls;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Host start(Path path, ServedDevices devices) throws CommandException, IOException {
    List<SchemeFactory> schemes = new ArrayList<>();
    schemes.add(FileScheme.below(root, !readOnly));
    schemes.addAll(devices.schemes());
    schemes.add(NullScheme.factory());
    schemes.add(ShmScheme.factory());
    ServerOptions clients = ServerOptions.DEFAULT;
    HostOptions options =
        HostOptions.at(path)
            .withServer(clients.withRegions(clients.maxRegions(), clientMemory))
            .withRing(RingOptions.DEFAULT.withPolicy(ring.policy))
            .withReactors(reactors);
    try {
      return Host.start(options, schemes);
    } catch (ErrnoException e) {
      if (ring.policy == Policy.REQUIRE && e.call().startsWith("io_uring")) {
        throw new CommandException(ExitCode.NO_IO_URING, e.getMessage(), e);
      }
      throw e;
    }
  }

  /** One line, so that a script or a parent process can wait for it. */
  private void ready(Path path, Host host) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    JsonNode reactor = Json.parse(host.counters()).path("reactors").path(0);
    JsonNode kernelRing = reactor.path("ring");
    if (output.isJson()) {
      ObjectNode json = Json.object().put("ready", true).put("socket", path.toString());
      json.put("pid", ProcessHandle.current().pid()).set("ring", kernelRing);
      ArrayNode names = json.putArray("schemes");
      reactor.path("schemes").propertyNames().forEach(names::add);
      out.println(json);
    } else {
      String kind = kernelRing.path("kind").asString();
      String reason = kernelRing.path("reason").asString();
      out.println("ready: " + path + " (" + kind + (reason.isEmpty() ? "" : "; " + reason) + ")");
    }
    out.flush();
  }
}
