// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.End;
import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.cli.text.Units;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.FileStat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus stat}. */
@Command(
    name = "stat",
    description = "Show the attributes of what a URL names; of nvme:/0/1, model and serial too.")
final class StatCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "What to look at.")
  String url;

  @Mixin SocketOption socket;
  @Mixin JsonOption output;

  @Override
  public Integer call() throws CommandException, IOException {
    Urls.check(url);
    Path path = socket.forClient();
    try (Attached host = Attached.to(path, 1)) {
      End end = host.open(url, Client.O_RDONLY, 0);
      end.close(host.client());
      ObjectNode attributes = attributes(end);
      if (Urls.scheme(url).equals("nvme")) {
        device(host.json(url.replaceAll("/+$", "") + "/info"), attributes);
      }
      if (output.isJson()) {
        Json.print(attributes, spec.commandLine().getOut());
      } else {
        print(end, attributes, spec.commandLine().getOut());
      }
    }
    return ExitCode.OK.status();
  }

  private static ObjectNode attributes(End end) {
    ObjectNode json = Json.object().put("url", end.url()).put("type", type(end));
    FileStat stat = end.stat();
    if (stat == null) {
      return json;
    }
    json.put("size", stat.size()).put("block_size", stat.blockSize());
    json.put("mode", String.format("%04o", stat.mode() & 07777));
    json.put("uid", stat.uid()).put("gid", stat.gid()).put("inode", stat.inode());
    json.put("modified", modified(stat).toString());
    return json;
  }

  /** What the scheme says of a device or controller, beyond what statx has a place for. */
  private static void device(JsonNode facts, ObjectNode attributes) {
    for (String name : facts.propertyNames()) {
      JsonNode fact = facts.path(name);
      if (fact.isValueNode() && !attributes.has(name)) {
        attributes.set(name, fact);
      }
    }
  }

  private static Instant modified(FileStat stat) {
    return Instant.ofEpochSecond(stat.modifiedSeconds(), stat.modifiedNanos());
  }

  private static String type(End end) {
    return switch (end.kind()) {
      case FILE -> "file";
      case BLOCKS -> "block device";
      case DIRECTORY -> "directory";
      case NOTHING -> "nothing";
      case STREAM -> "stream";
    };
  }

  private static void print(End end, ObjectNode attributes, PrintWriter out) {
    attributes.forEachEntry((name, value) -> {
      String rounded = name.equals("size") ? " (" + Units.size(end.stat().size()) + ")" : "";
      out.printf("%-13s %s%s%n", name.replace('_', ' ') + ":", value.asString(), rounded);
    });
  }
}
