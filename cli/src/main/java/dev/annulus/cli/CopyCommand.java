// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.Window;
import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.option.SizeConverter;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus cp}. */
@Command(
    name = "cp",
    description = {
      "Copy from one URL to another through a running host.",
      "",
      "A file that is written is created or emptied first, and flushed to its disk at the end. A",
      "device takes whole blocks: the last is filled up with zeros, and the result says so.",
      "",
      "Examples:",
      "  annulus cp file:/a.bin file:/b.bin",
      "  annulus cp file:/a.bin nvme:0/1",
      "  annulus cp nvme:0/1 file:/b.bin --bytes 1000000",
      ""
    })
final class CopyCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "URL of what to read.")
  String source;

  @Parameters(index = "1", paramLabel = "TARGET", description = "URL of what to write.")
  String target;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      converter = SizeConverter.class,
      description = "Copy this many bytes at most (K, M, G, T: powers of 1024).")
  Long bytes;

  @Mixin TuningOptions tuning;
  @Mixin SocketOption socket;
  @Mixin JsonOption output;

  @Override
  public Integer call() throws CommandException, IOException {
    Urls.check(source);
    Urls.check(target);
    Path path = socket.forClient();
    try (Attached host = Attached.to(path, tuning.depth());
        Window window = Window.of(host.client(), tuning.depth(), tuning.blockSize())) {
      Copy copy = new Copy(host, window, bytes == null ? Long.MAX_VALUE : bytes);
      CopyWatch watch = new CopyWatch(spec.commandLine().getErr(), source, target);
      print(copy.run(source, target, null, watch));
    }
    return ExitCode.OK.status();
  }

  private void print(Copy.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    long nanos = result.transfer().nanos() + result.syncNanos();
    double rate = Units.mibPerSecond(result.bytes(), nanos);
    if (output.isJson()) {
      ObjectNode json = Json.object();
      json.put("source", source).put("target", target).put("bytes", result.bytes());
      json.put("padding_bytes", result.padding());
      json.put("seconds", Json.rounded(nanos / 1e9));
      json.put("mib_per_second", Json.rounded(rate));
      json.put("reads", result.transfer().reads().operations());
      json.put("writes", result.transfer().writes().operations());
      json.put("client_system_calls", result.systemCalls());
      Json.print(json, out);
      return;
    }
    out.printf(
        "%s -> %s: %s bytes in %s, %.0f MiB/s%n",
        source, target, Units.count(result.bytes()), Units.time(nanos), rate);
    if (result.padding() > 0) {
      out.printf(
          "%s takes whole blocks: %s zero bytes were written after the last byte%n",
          target, Units.count(result.padding()));
    }
  }
}
