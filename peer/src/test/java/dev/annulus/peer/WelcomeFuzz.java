// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Fuzz target: the messages of a server, to a client that attaches and shares. Each is two bytes of
 * length, a byte of how many descriptors and one of which, and the message. The last bit of all
 * says whether the client wants an array.
 */
public final class WelcomeFuzz {
  private static final int FIXED = Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW;
  private static WelcomeFuzz bed;

  private final Path directory = Files.createTempDirectory("annulus-fuzz");
  private final Path path = directory.resolve("s");
  private final RawSocket listener = RawSocket.listen(path, 8);
  private final int[] files = {
    memory(PeerLayout.clientSize(8), FIXED),
    memory(PeerLayout.serverSize(16), FIXED),
    memory(PeerLayout.serverSize(16), Memory.F_SEAL_GROW),
    memory(1 << 20, FIXED)
  };

  private WelcomeFuzz() throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  private static int memory(long size, int seals) {
    int file = Memory.memfd("annulus-fuzz", size);
    assertEquals(0, Memory.seal(file, seals));
    return file;
  }

  private void close() {
    try {
      listener.close();
      for (int file : files) {
        dev.annulus.ffi.Files.close(file);
      }
      Files.delete(path);
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One attachment, and one region where that succeeds. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (bed == null) {
      bed = new WelcomeFuzz();
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    AttachSocket client = AttachSocket.connect(bed.path, 20_000);
    try {
      try (RawSocket server = bed.listener.accept()) {
        while (in.remaining() >= 4) {
          bed.say(server, in);
        }
      }
      // The client asks when its answers are there already, and no more come: all on one thread.
      attach(client, input.length > 0 && (input[input.length - 1] & 1) != 0);
    } finally {
      client.close();
    }
  }

  private void say(RawSocket server, ByteBuffer in) {
    int length = (in.getShort() & 0xffff) % (AttachMessage.CAPACITY + 2);
    int[] passed = new int[(in.get() & 0xff) % 4];
    int which = in.get();
    for (int i = 0; i < passed.length; i++) {
      passed[i] = files[which >> 2 * i & 3];
    }
    server.body().fill((byte) 0);
    int there = Math.min(length, in.remaining());
    MemorySegment.copy(in.array(), in.position(), server.body(), ValueLayout.JAVA_BYTE, 0, there);
    in.position(in.position() + there);
    server.messages.send(server.fd, length, passed);
  }

  private static void attach(AttachSocket client, boolean wantsArray) {
    try {
      AttachSocket.Attached attached = client.attach(8, wantsArray);
      try (Arena memory = attached.arena()) {
        boolean array = attached.sqArray();
        assertTrue(wantsArray || !array);
        long size = PeerLayout.clientSize(attached.sqEntries(), array);
        assertEquals(size, attached.client().byteSize());
        assertEquals(PeerLayout.serverSize(attached.cqEntries()), attached.server().byteSize());
        assertTrue(attached.server().isReadOnly());
        assertTrue(attached.credit() >= 1 && attached.credit() <= attached.sqEntries());
        assertEquals(4096, client.share(1, memory).size());
      }
    } catch (IOException named) {
      String text = named.getMessage() + client.gone().getMessage();
      assertTrue(text.length() < 3 * AttachMessage.CAPACITY, text);
      assertTrue(text.chars().noneMatch(Character::isISOControl), text);
    }
  }
}
