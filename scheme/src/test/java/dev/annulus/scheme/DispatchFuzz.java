// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Fuzz target: entries, words and URLs of one client, through a dispatcher, against the model of
 * {@link HostileMutationTest}. The first byte chooses the sizes.
 */
public final class DispatchFuzz {
  private static HostBed bed;

  private DispatchFuzz() {}

  /** One session. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
    HostileClient client = new HostileClient(new SplittableRandom(in.get()), bed());
    while (in.remaining() >= 11 && client.model.violation == null) {
      client.apply(in);
      client.turn();
    }
    client.end();
  }

  /** Made once: the fuzzer's process ends with it. */
  private static HostBed bed() throws IOException {
    if (bed == null) {
      Path directory = Files.createTempDirectory("annulus-fuzz");
      bed = new HostBed(directory.resolve("s"), -40);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
    }
    return bed;
  }

  private static void remove(Path directory) {
    try {
      bed.close();
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
