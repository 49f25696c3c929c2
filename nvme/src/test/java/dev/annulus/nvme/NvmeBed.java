// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A model with its own thread, a host that serves it as {@code nvme:}, and a client. */
final class NvmeBed implements AutoCloseable {
  static final int BUFFER = 1 << 20;

  final Trouble trouble = new Trouble();
  final ModelController model;
  final Controller controller;
  final Host host;
  final Client client;

  /** A buffer of the client. */
  final long buffer;

  final MemorySegment memory;
  private final Path socket;

  NvmeBed(Path directory, ModelBuilder builder, int reactors) throws IOException {
    this(directory, builder, reactors, ControllerOptions.DEFAULT);
  }

  NvmeBed(Path directory, ModelBuilder builder, int reactors, ControllerOptions options)
      throws IOException {
    model = builder.faults(trouble).threaded(true).build();
    controller = Controller.start(model, options.withInterrupts(true));
    socket = directory.resolve("host.sock");
    host =
        Host.start(
            HostOptions.at(socket).withReactors(reactors),
            List.of(NvmeScheme.over(List.of(controller))));
    client = another();
    buffer = client.pool().lease(BUFFER, 4096);
    memory = client.pool().memory(buffer);
  }

  static ModelBuilder memory(long bytes, int block) {
    return ModelController.builder().namespace(Backing.memory(bytes), block);
  }

  Client another() throws IOException {
    return Client.connect(socket, PeerOptions.DEFAULT);
  }

  Path socket() {
    return socket;
  }

  /** Carries out the one operation that is prepared. */
  static int one(Client client, boolean prepared) throws IOException {
    assertEquals(true, prepared);
    client.submit();
    client.awaitUninterruptibly(1);
    int[] result = new int[1];
    assertEquals(1, client.reap((tag, res, flags) -> result[0] = res, 1));
    return result[0];
  }

  int read(int disk, long at, int length, long offset) throws IOException {
    return one(client, client.read(disk, buffer, at, length, offset, 1));
  }

  int write(int disk, long at, int length, long offset) throws IOException {
    return one(client, client.write(disk, buffer, at, length, offset, 1));
  }

  int fallocate(int disk, int mode, long offset, long length) throws IOException {
    return one(client, client.fallocate(disk, mode, offset, length, 1));
  }

  /** All that a URL reads as. */
  String text(String url) throws IOException {
    int handle = client.open(url, Client.O_RDONLY, 0);
    int length = read(handle, 0, BUFFER, 0);
    assertEquals(client.size(handle), length);
    client.close(handle);
    byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The errno that an open is refused with. */
  static int refused(Client client, String url, int flags) {
    return assertThrows(ErrnoException.class, () -> client.open(url, flags, 0), url).errno();
  }

  /** A counter of all reactors, added up. */
  long counted(String name) {
    long sum = 0;
    String[] parts = host.counters().split("\"" + name + "\": ");
    for (int i = 1; i < parts.length; i++) {
      sum += Long.parseLong(parts[i].split("[,}]")[0]);
    }
    return sum;
  }

  @Override
  public void close() throws IOException {
    client.close();
    host.close();
    if (!controller.hasFailed()) {
      controller.close();
    }
    model.close();
  }
}
