// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.Window;
import dev.annulus.cli.quickstart.Hop;
import dev.annulus.cli.quickstart.Report;
import dev.annulus.cli.quickstart.Sha256;
import dev.annulus.cli.quickstart.Workspace;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.text.Units;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import tools.jackson.databind.JsonNode;

/** The stages of {@code annulus quickstart}, against a host that is ready. */
final class Quickstart {
  private static final String DEVICE = "nvme:0/1";

  private final Path source;
  private final String digest;
  private final Path root;
  private final Workspace place;
  private final TuningOptions tuning;
  private final Say say;

  /** Tells the user how far it is. */
  interface Say {
    void say(String format, Object... values);
  }

  private static final Copy.Watch UNWATCHED =
      new Copy.Watch() {
        @Override
        public LongConsumer begins(long length) {
          return moved -> {};
        }

        @Override
        public void close() {}
      };

  Quickstart(
      Path source, String digest, Path root, Workspace place, TuningOptions tuning, Say say) {
    this.source = source;
    this.digest = digest;
    this.root = root;
    this.place = place;
    this.tuning = tuning;
    this.say = say;
  }

  Report run() throws CommandException, IOException {
    long size = Files.size(source);
    Path copied = place.directory().resolve("copy-of-" + source.getFileName());
    Map<String, String> digests = new LinkedHashMap<>();
    digests.put("source, read by java.nio", digest);
    Sha256 through = new Sha256();
    Sha256 back = new Sha256();
    try (Attached host = Attached.to(place.socket(), tuning.depth());
        Window window = Window.of(host.client(), tuning.depth(), tuning.blockSize())) {
      Copy.Result there =
          new Copy(host, window, size).run(url(source), DEVICE, through::update, UNWATCHED);
      tell("file: -> " + DEVICE, there);
      Copy.Result again =
          new Copy(host, window, size).run(DEVICE, url(copied), back::update, UNWATCHED);
      tell(DEVICE + " -> file:", again);
      digests.put("through the ring, from file:", through.hex());
      digests.put("through the ring, from " + DEVICE, back.hex());
      digests.put("new file, read by java.nio", Sha256.ofFile(copied));
      JsonNode reactor = host.counters().path("reactors").path(0);
      return new Report(
          source,
          size,
          hops(there, again),
          reactor,
          there.systemCalls() + again.systemCalls(),
          there.syncNanos() + again.syncNanos(),
          through.nanos() + back.nanos(),
          digests);
    }
  }

  private static List<Hop> hops(Copy.Result there, Copy.Result again) {
    long first = there.transfer().nanos();
    long second = again.transfer().nanos();
    return List.of(
        new Hop("file: read", first, there.transfer().reads()),
        new Hop("nvme: write", first, there.transfer().writes()),
        new Hop("nvme: read", second, again.transfer().reads()),
        new Hop("file: write", second, again.transfer().writes()));
  }

  private String url(Path path) {
    return "file:/" + root.relativize(path);
  }

  private void tell(String what, Copy.Result result) {
    String padding =
        result.padding() == 0
            ? ""
            : ", the last block filled up with " + Units.count(result.padding()) + " zeros";
    say.say(
        "%s: %s in %s%s",
        what, Units.size(result.bytes()), Units.time(result.transfer().nanos()), padding);
  }
}
