// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Memory;
import dev.annulus.ffi.Messages;
import dev.annulus.ring.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Fuzz target: the messages of a client, to a server. Each is two bytes of length, one of how many
 * descriptors, and the message; each must get the one answer that the protocol has for it.
 */
public final class AttachFuzz {
  private static final int QUOTA = 3;
  private static final long PAGE = 4096;
  private static AttachFuzz bed;

  private final Path directory = Files.createTempDirectory("annulus-fuzz");
  private final PeerServer server;
  private final int file;

  private AttachFuzz() throws IOException {
    ServerOptions options = ServerOptions.DEFAULT.withRegions(QUOTA, QUOTA * PAGE);
    server = PeerServer.listen(directory.resolve("s"), options, new Freeing());
    file = Memory.memfd("annulus-fuzz", PAGE);
    assertEquals(0, Memory.seal(file, Memory.F_SEAL_SHRINK | Memory.F_SEAL_GROW));
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  private static final class Freeing implements PeerServer.Handler {
    @Override
    public void attached(PeerSession session) {}

    @Override
    public void gone(PeerSession session) {
      session.free();
    }
  }

  private void close() {
    try {
      server.close();
      dev.annulus.ffi.Files.close(file);
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (bed == null) {
      bed = new AttachFuzz();
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    try (RawSocket client = RawSocket.connect(bed.directory.resolve("s"))) {
      bed.converse(client, in);
    }
  }

  private void converse(RawSocket client, ByteBuffer in) {
    int regions = -1;
    boolean goesOn = true;
    while (goesOn && in.remaining() >= 3) {
      int length = (in.getShort() & 0xffff) % (AttachMessage.CAPACITY + 2);
      int[] files = new int[(in.get() & 0xff) % (Messages.MAX_FDS + 1)];
      Arrays.fill(files, file);
      client.body().fill((byte) 0);
      int there = Math.min(length, in.remaining());
      MemorySegment.copy(in.array(), in.position(), client.body(), ValueLayout.JAVA_BYTE, 0, there);
      in.position(in.position() + there);
      int type = AttachMessage.type(client.body(), length);
      long size = AttachMessage.longAt(client.body(), AttachMessage.REGION_SIZE);
      client.send(length, files);
      if (length > AttachMessage.CAPACITY) {
        type = -1;
      }
      if (type == AttachMessage.HELLO && regions < 0) {
        answered(client, AttachMessage.WELCOME, 0);
        assertEquals(2, client.messages.fdCount());
        client.messages.closeDescriptors();
        regions = 0;
      } else if (type == AttachMessage.SHARE && regions >= 0) {
        int errno = errno(files.length, size, regions);
        answered(client, AttachMessage.SHARED, errno);
        regions += errno == 0 ? 1 : 0;
      } else if (type == AttachMessage.TAKE && regions >= 0) {
        answered(client, AttachMessage.TAKEN, Errno.ENOENT); // nothing was offered
      } else {
        goesOn = false;
        ended(client, length);
      }
    }
  }

  private static int errno(int files, long size, int regions) {
    if (files != 1) {
      return Errno.EBADF;
    }
    if (size < 1) {
      return Errno.EINVAL;
    }
    boolean fits = size <= (QUOTA - regions) * PAGE && regions < QUOTA;
    return !fits ? Errno.EDQUOT : size == PAGE ? 0 : Errno.EINVAL;
  }

  private static void answered(RawSocket client, int type, int errno) {
    long length = client.receive();
    assertEquals(type, AttachMessage.type(client.body(), length));
    assertEquals(errno, AttachMessage.status(client.body()));
    assertEquals(errno == 0, length == AttachMessage.SIZE);
  }

  private static void ended(RawSocket client, int length) {
    if (length > 0) {
      answered(client, AttachMessage.GOODBYE, Errno.EPROTO);
    }
    assertEquals(0, client.receive());
    assertTrue(client.messages.fdCount() == 0);
  }
}
