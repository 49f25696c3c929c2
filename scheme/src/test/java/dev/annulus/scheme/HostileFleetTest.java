// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.peer.PeerOptions;
import dev.annulus.uring.RingOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hostile clients come and go; whoever is honest is served as if nothing had happened. */
@Timeout(value = 60, unit = SECONDS)
class HostileFleetTest {
  private static final int CLIENTS = 120;

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void othersGoOnAndNothingLeaks(RingOptions.Policy policy) throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    byte[] content = new byte[4096];
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    random.nextBytes(content);
    Files.write(root.resolve("f"), content);
    Path socket = temporary.resolve("s");
    HostOptions options = HostOptions.at(socket).withRing(RingOptions.DEFAULT.withPolicy(policy));
    try (Host host =
            Host.start(options, List.of(FileScheme.below(root, false), NullScheme.factory()));
        Client honest = Client.connect(socket, PeerOptions.DEFAULT)) {
      long buffer = honest.pool().lease(4096, 4096);
      int file = honest.open("file:/f", Client.O_RDONLY, 0);
      read(honest, buffer, file, content);
      Map<String, String> before = descriptors();
      HostileFleet fleet = new HostileFleet(random, socket);
      CompletableFuture<Void> fleets =
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < CLIENTS; i++) {
              send(fleet);
            }
          });
      while (!fleets.isDone()) {
        read(honest, buffer, file, content);
      }
      fleets.join();
      awaitDescriptors(before, seed);
      read(honest, buffer, file, content);
      assertTrue(host.counters().matches(".*\"violations\": [1-9].*"), host.counters());
    }
  }

  private static void send(HostileFleet fleet) {
    try {
      fleet.sendOne();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void read(Client client, long buffer, int file, byte[] content) throws Exception {
    client.pool().memory(buffer).fill((byte) 0);
    assertTrue(client.read(file, buffer, 0, content.length, 0, 7));
    client.submit();
    assertEquals(1, client.await(1, 0));
    int[] result = new int[1];
    client.reap((tag, res, flags) -> result[0] = res, 1);
    assertEquals(content.length, result[0]);
    byte[] got =
        client.pool().memory(buffer).asSlice(0, content.length).toArray(ValueLayout.JAVA_BYTE);
    assertArrayEquals(content, got);
  }

  /** Number and target of each; reading them opens one, which has no target any more. */
  private static Map<String, String> descriptors() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path each : open.toList()) {
        try {
          found.put(each.getFileName().toString(), Files.readSymbolicLink(each).toString());
        } catch (NoSuchFileException closed) {
          // Meanwhile, or the listing itself.
        }
      }
    }
    return found;
  }

  /** Sessions end in their own time. */
  private static void awaitDescriptors(Map<String, String> expected, long seed) throws IOException {
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    Map<String, String> open = descriptors();
    while (open.size() != expected.size() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(1_000_000);
      open = descriptors();
    }
    Set<Map.Entry<String, String>> more = new HashSet<>(open.entrySet());
    more.removeAll(expected.entrySet());
    assertEquals(expected.size(), open.size(), () -> "descriptors, seed " + seed + ": " + more);
  }
}
