// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.End;
import dev.annulus.cli.copy.Plan;
import dev.annulus.cli.copy.Transfer;
import dev.annulus.cli.copy.Window;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PoolOptions;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A client attached to a host, whose errors are in the user's words. */
final class Attached implements AutoCloseable {
  /** What connecting answers where no host listens. */
  private static final Set<Integer> NO_HOST =
      Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.ECONNREFUSED, Errno.EPROTOTYPE);

  /** What is too much for the host is refused by the host. */
  private static final PoolOptions BUFFERS =
      PoolOptions.DEFAULT.withBytes(PoolOptions.DEFAULT.initialBytes(), 1L << 40);

  private final Client client;
  private Window small;

  private Attached(Client client) {
    this.client = client;
  }

  /** Attaches to the host at a socket, for a number of operations in flight. */
  static Attached to(Path socket, int depth) throws CommandException, IOException {
    try {
      PeerOptions options = PeerOptions.DEFAULT.withCredit(depth);
      return new Attached(Client.connect(socket, options, BUFFERS));
    } catch (ErrnoException e) {
      if (NO_HOST.contains(e.errno())) {
        throw new CommandException(ExitCode.NO_HOST, e.getMessage(), e);
      }
      throw e;
    }
  }

  Client client() {
    return client;
  }

  /** Opens a resource; the message of an error names cause and remedy. */
  End open(String url, int flags, int mode) throws CommandException, IOException {
    Urls.check(url);
    try {
      return End.open(client, url, flags, mode);
    } catch (ErrnoException e) {
      List<String> schemes = e.errno() == Errno.ENODEV ? schemes() : List.of();
      throw Errnos.opening(url, e.errno(), schemes);
    }
  }

  /** The schemes of the host, each with its colon. */
  List<String> schemes() throws CommandException, IOException {
    List<String> names = new ArrayList<>();
    counters()
        .path("reactors")
        .path(0)
        .path("schemes")
        .propertyNames()
        .forEach(name -> names.add(name + ":"));
    return names;
  }

  /** What the host has counted up to now. */
  JsonNode counters() throws CommandException, IOException {
    return json("sys:counters");
  }

  /** What a URL reads as, which is JSON. */
  JsonNode json(String url) throws CommandException, IOException {
    if (small == null) {
      small = Window.of(client, 1, 1 << 16);
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    End source = open(url, Client.O_RDONLY, 0);
    Plan plan =
        new Plan(
            source,
            null,
            Long.MAX_VALUE,
            bytes -> text.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE)),
            moved -> {});
    new Transfer(client, small, plan).run();
    source.close(client);
    return Json.parse(text.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.close();
  }
}
