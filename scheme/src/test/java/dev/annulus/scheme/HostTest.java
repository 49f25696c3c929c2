// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.RingOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a client sees of a host with {@code file:}, {@code null:} and {@code sys:}; one suite a
 * ring.
 */
abstract class HostTest {
  private static final int WRITE_NEW = Client.O_RDWR | Client.O_CREAT | Client.O_TRUNC;

  @TempDir Path temporary;
  private Path root;
  private Path socket;
  private Host host;
  private Client client;

  abstract RingOptions ring();

  static class OnTheKernelTest extends HostTest {
    @Override
    RingOptions ring() {
      return RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE);
    }
  }

  static class OnTheStandInTest extends HostTest {
    @Override
    RingOptions ring() {
      return RingOptions.DEFAULT.withPolicy(RingOptions.Policy.NEVER);
    }
  }

  /** A kernel whose rings lose wake-ups. */
  static class OnAKernelThatLosesWakeUpsTest extends OnTheKernelTest {
    @Override
    Sleep.Check check() {
      return ring -> "lost a wake-up";
    }

    @Override
    String sleepsBy() {
      return "thread";
    }
  }

  Sleep.Check check() {
    return Sleep.REAL;
  }

  String sleepsBy() {
    return "ring";
  }

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    socket = temporary.resolve("host.sock");
    HostOptions options = HostOptions.at(socket).withRing(ring());
    List<SchemeFactory> schemes = List.of(FileScheme.below(root, true), NullScheme.factory());
    host = Host.start(options, schemes, check());
    client = Client.connect(socket, PeerOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    client.close();
    host.close();
  }

  private int one(Runnable prepare) throws IOException {
    prepare.run();
    client.submit();
    client.awaitUninterruptibly(1);
    int[] result = new int[1];
    assertEquals(1, client.reap((tag, res, flags) -> result[0] = res, 1));
    return result[0];
  }

  private static int errno(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(ErrnoException.class, call).errno();
  }

  @Test
  void writesReadsAndStats() throws IOException {
    long buffer = client.pool().lease(8192, 4096);
    int file = client.open("file:/a.txt", WRITE_NEW, 0640);
    MemorySegment.copy(
        "hello rings".getBytes(), 0, client.pool().memory(buffer), ValueLayout.JAVA_BYTE, 0, 11);
    assertEquals(11, one(() -> client.write(file, buffer, 0, 11, 0, 1)));
    assertEquals(0, one(() -> client.sync(file, Client.FSYNC_DATASYNC, 2)));
    assertEquals(11, one(() -> client.read(file, buffer, 4096, 4096, 0, 3)));
    assertEquals(
        "hello rings",
        new String(client.pool().memory(buffer).asSlice(4096, 11).toArray(ValueLayout.JAVA_BYTE)));
    FileStat stat = client.stat(file);
    assertEquals(11, stat.size());
    assertEquals(0640 & ~umask(), stat.mode() & 0777);
    client.close(file);
    assertEquals("hello rings", Files.readString(root.resolve("a.txt")));
  }

  private int umask() throws IOException {
    Path probe = Files.createDirectories(temporary.resolve("probe"));
    return 0777 & ~(int) (Integer) Files.getAttribute(probe, "unix:mode");
  }

  @Test
  void manyOperationsInFlightEachCompleteOnce() throws IOException {
    byte[] content = new byte[1 << 20];
    long seed = System.nanoTime();
    new Random(seed).nextBytes(content);
    Files.write(root.resolve("big"), content);
    long buffer = client.pool().lease(content.length, 4096);
    int file = client.open("file:/big", Client.O_RDONLY, 0);
    int blocks = content.length / 4096;
    int[] answers = new int[blocks];
    int next = 0;
    int done = 0;
    while (done < blocks) {
      while (next < blocks && client.read(file, buffer, next * 4096L, 4096, next * 4096L, next)) {
        next++;
      }
      client.submit();
      client.awaitUninterruptibly(1);
      done += client.reap((tag, result, flags) -> answers[(int) tag] += result, 64);
    }
    for (int answer : answers) {
      assertEquals(4096, answer);
    }
    assertArrayEquals(
        content, client.pool().memory(buffer).toArray(ValueLayout.JAVA_BYTE), "seed " + seed);
    client.close(file);
  }

  @Test
  void theRootCannotBeLeft() throws IOException {
    Files.writeString(temporary.resolve("secret"), "x");
    Files.createSymbolicLink(root.resolve("out"), temporary.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../secret"));
    for (String path : List.of("../secret", "/../secret", "a/../../secret", "out", "up")) {
      int errno = errno(() -> client.open("file:" + path, Client.O_RDONLY, 0));
      assertTrue(errno == Errno.EXDEV || errno == Errno.ENOENT, path + ": " + errno);
    }
    assertEquals(Errno.EXDEV, errno(() -> client.open("file:/out", Client.O_RDONLY, 0)));
  }

  @Test
  void badOpensAreNamed() {
    assertEquals(Errno.ENOENT, errno(() -> client.open("file:/missing", Client.O_RDONLY, 0)));
    assertEquals(Errno.ENODEV, errno(() -> client.open("nosuch:/x", Client.O_RDONLY, 0)));
    assertEquals(Errno.EINVAL, errno(() -> client.open("no colon", Client.O_RDONLY, 0)));
    assertEquals(Errno.EINVAL, errno(() -> client.open("file:/a\0b", Client.O_RDONLY, 0)));
    assertEquals(Errno.EINVAL, errno(() -> client.open("file:/a", 1 << 30, 0)));
    String tooLong = "file:/" + "x".repeat(5000);
    assertEquals(Errno.ENAMETOOLONG, errno(() -> client.open(tooLong, Client.O_RDONLY, 0)));
  }

  @Test
  void aReadOnlyRootIsNotWritten() throws IOException {
    Path other = temporary.resolve("ro.sock");
    Files.writeString(root.resolve("f"), "x");
    HostOptions options = HostOptions.at(other).withRing(ring());
    try (Host readOnly = Host.start(options, List.of(FileScheme.below(root, false)));
        Client reader = Client.connect(other, PeerOptions.DEFAULT)) {
      assertFalse(readOnly.counters().isEmpty());
      reader.close(reader.open("file:/f", Client.O_RDONLY, 0));
      assertEquals(Errno.EROFS, errno(() -> reader.open("file:/f", Client.O_WRONLY, 0)));
      assertEquals(
          Errno.EROFS, errno(() -> reader.open("file:/g", Client.O_RDONLY | Client.O_CREAT, 0)));
    }
  }

  @Test
  void handlesArePrivateAndEnd() throws IOException {
    Files.writeString(root.resolve("f"), "x");
    int file = client.open("file:/f", Client.O_RDONLY, 0);
    long buffer = client.pool().lease(4096, 4096);
    try (Client other = Client.connect(socket, PeerOptions.DEFAULT)) {
      assertEquals(Errno.EBADF, errno(() -> other.stat(file)));
    }
    client.close(file);
    assertEquals(-Errno.EBADF, one(() -> client.read(file, buffer, 0, 1, 0, 1)));
    assertEquals(Errno.EBADF, errno(() -> client.close(file)));
  }

  @Test
  void countersCanBeRead() throws IOException {
    int counters = client.open("sys:counters", Client.O_RDONLY, 0);
    long buffer = client.pool().lease(1 << 16, 4096);
    int length = one(() -> client.read(counters, buffer, 0, 1 << 16, 0, 1));
    assertEquals(length, client.stat(counters).size());
    String json =
        new String(client.pool().memory(buffer).asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    assertTrue(json.contains("\"state_bytes_an_operation\": 32"), json);
    assertEquals(0, one(() -> client.read(counters, buffer, 0, 10, length, 2)));
  }

  /** Sizes as they were told, of 64 bits; and how many were told in an extended completion. */
  private static final class Sizes implements CompletionHandler {
    final List<Long> told = new ArrayList<>();
    int extended;

    @Override
    public void completed(long userData, int result, int flags) {
      told.add((long) result);
    }

    @Override
    public void completedExtended(long userData, int result, int flags, long extra1, long extra2) {
      assertEquals(-Errno.EOVERFLOW, result);
      told.add(extra1);
      extended++;
    }
  }

  @Test
  void sizesOfAnySizeAreTold() throws IOException {
    long most = Integer.MAX_VALUE;
    for (long size : new long[] {0, 1, most, most + 1, 1L << 40}) {
      try (RandomAccessFile sparse = new RandomAccessFile(root.resolve("f").toFile(), "rw")) {
        sparse.setLength(size);
      }
      int file = client.open("file:/f", Client.O_RDONLY, 0);
      assertEquals(size, client.size(file));
      client.close(file);
      assertEquals(Errno.EBADF, errno(() -> client.size(file)));
    }
    int nothing = client.open("null:", Client.O_RDWR, 0);
    assertEquals(0, client.size(nothing));
    int counters = client.open("sys:counters", Client.O_RDONLY, 0);
    assertEquals(client.stat(counters).size(), client.size(counters));
  }

  /** More than there are slots for, so that some have to wait in the ring; then a close on top. */
  @Test
  void manySizesInFlightAreEachTold() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(root.resolve("f").toFile(), "rw")) {
      sparse.setLength(5L << 30);
    }
    int file = client.open("file:/f", Client.O_RDONLY, 0);
    Sizes sizes = new Sizes();
    for (int round = 0; round < 20; round++) {
      int count = 0;
      while (client.size(file, count)) {
        count++;
      }
      assertEquals(client.credit(), count);
      client.submit();
      while (sizes.told.size() < count) {
        client.awaitUninterruptibly(1);
        client.reap(sizes, 10);
      }
      assertEquals(Collections.nCopies(count, 5L << 30), sizes.told);
      assertEquals(count, sizes.extended);
      assertEquals(0, client.inFlight());
      sizes.told.clear();
      sizes.extended = 0;
    }
    client.close(file);
  }

  /** The output's first line, or an empty one where the command fails. */
  private static String losetup(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("losetup"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
      return new String(process.getInputStream().readAllBytes()).strip();
    } catch (IOException notInstalled) {
      return "";
    }
  }

  @Test
  void sizeOfABlockDeviceIsTold() throws IOException {
    Path image = temporary.resolve("image");
    long size = 3L << 30;
    try (RandomAccessFile sparse = new RandomAccessFile(image.toFile(), "rw")) {
      sparse.setLength(size);
    }
    String device = losetup("--find", "--show", image.toString());
    assumeTrue(device.startsWith("/dev/"), "no loop device can be had: losetup needs root");
    HostOptions options = HostOptions.at(temporary.resolve("dev.sock")).withRing(ring());
    try (Host devices = Host.start(options, List.of(FileScheme.below(Path.of("/dev"), false)));
        Client reader = Client.connect(options.socket(), PeerOptions.DEFAULT)) {
      assertFalse(devices.counters().isEmpty());
      int handle = reader.open("file:" + device.substring(5), Client.O_RDONLY, 0);
      assertEquals(0, reader.stat(handle).size());
      assertEquals(size, reader.size(handle));
    } finally {
      losetup("--detach", device);
    }
  }

  @Test
  void nullTakesAllAndGivesNothing() throws IOException {
    int nothing = client.open("null:", Client.O_RDWR, 0);
    long buffer = client.pool().lease(4096, 4096);
    assertEquals(4096, one(() -> client.write(nothing, buffer, 0, 4096, 0, 1)));
    assertEquals(0, one(() -> client.read(nothing, buffer, 0, 4096, 0, 2)));
  }

  @Test
  void anIdleClientIsWaitedForAndServedAgain() throws IOException {
    for (int round = 1; round <= 3; round++) {
      int sleeps = round;
      await(() -> armed() >= sleeps);
      assertEquals(0, one(() -> client.nop(7)));
    }
    assertTrue(host.counters().contains("\"futex_wait\": \"" + sleepsBy()), host::counters);
    String other = sleepsBy().equals("ring") ? "thread" : "ring";
    assertTrue(host.counters().contains("\"by_" + other + "\": 0"), host::counters);
  }

  /** How often an idle client was waited for. */
  private long armed() {
    Pattern number = Pattern.compile("\"by_" + sleepsBy() + "\": (\\d+)");
    Matcher matcher = number.matcher(host.counters());
    assertTrue(matcher.find(), host::counters);
    return Long.parseLong(matcher.group(1));
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, "does not come");
      LockSupport.parkNanos(1_000_000);
    }
  }
}
