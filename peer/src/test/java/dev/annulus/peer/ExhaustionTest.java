// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Messages;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server without descriptors refuses at once, does not spin, and recovers. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class ExhaustionTest {
  private static final PeerOptions SHORT = new PeerOptions(8, WaitStrategy.PARK, 0, 300);

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void path() {
    path = directory.resolve("s");
  }

  private Child start() throws IOException {
    Child child = Child.startWithDescriptors(200, "exhausted", path.toString());
    child.says("listening");
    PeerRing.attach(path, PeerOptions.DEFAULT).close();
    // A JVM opens a file for each class that it loads: those that end a session must be there, too.
    Proc.await(() -> "the session stays", () -> !hasSession(child));
    return child;
  }

  private static boolean hasSession(Child child) {
    try {
      return Files.readString(Path.of("/proc/" + child.pid() + "/maps")).contains("memfd:");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void refusesAtOnceAndRecovers() throws Exception {
    try (Child child = start()) {
      child.tell("take");
      child.says("took");
      for (int i = 0; i < 3; i++) {
        PeerGoneException refused =
            assertThrows(PeerGoneException.class, () -> PeerRing.attach(path, PeerOptions.DEFAULT));
        assertTrue(refused.getMessage().contains("out of descriptors"), refused::getMessage);
      }
      child.tell("leave 1");
      child.says("left");
      // One descriptor is enough to accept, not to make a ring: the refusal says so.
      ErrnoException named =
          assertThrows(ErrnoException.class, () -> PeerRing.attach(path, PeerOptions.DEFAULT));
      assertEquals(Errno.EMFILE, named.errno(), named::getMessage);
      child.tell("give");
      child.says("gave");
      PeerRing.attach(path, PeerOptions.DEFAULT).close();
    }
  }

  @Test
  void doesNotSpinWhereEvenTheDescriptorHeldBackIsLost() throws Exception {
    assumeTrue(limit(ProcessHandle.current().pid(), ""), "prlimit (util-linux) is not installed");
    try (Child child = start()) {
      assertTrue(limit(child.pid(), "=0:"));
      assertThrows(IOException.class, () -> PeerRing.attach(path, SHORT));
      // A client in the backlog, which nobody can accept.
      try (RawSocket waiting = RawSocket.connect(path)) {
        String process = Integer.toString(child.pid());
        long before = Proc.cpuNanos(process, "annulus-sockets");
        LockSupport.parkNanos(MILLISECONDS.toNanos(300));
        long used = Proc.cpuNanos(process, "annulus-sockets") - before;
        assertTrue(used < MILLISECONDS.toNanos(60), "used " + used + " ns of 300 ms");
        assertTrue(limit(child.pid(), "=200:"));
        waiting.hello();
        waiting.messages.closeDescriptors();
      }
      PeerRing.attach(path, PeerOptions.DEFAULT).close();
    }
  }

  /** The kernel leaves out what the server has no numbers for, and says so: MSG_CTRUNC. */
  @Test
  void descriptorsThatDoNotFitAreRefusedAndEndNobody() throws Exception {
    try (Child child = start();
        PeerRing attached = PeerRing.attach(path, PeerOptions.DEFAULT);
        RawSocket hostile = RawSocket.connect(path)) {
      hostile.hello();
      int[] files = new int[Messages.MAX_FDS];
      Arrays.fill(files, hostile.messages.fd(0));
      child.tell("take");
      child.says("took");
      child.tell("leave 3");
      child.says("left");
      hostile.begin(AttachMessage.SHARE).send(AttachMessage.SIZE, files);
      hostile.messages.closeDescriptors();
      long length = hostile.receive();
      assertEquals(AttachMessage.SHARED, AttachMessage.type(hostile.body(), length));
      assertEquals(Errno.EMFILE, AttachMessage.status(hostile.body()));
      // None of them is kept: there is room for one again, and it is the other's.
      assertEquals(0, attached.share(1).id());
      assertFalse(attached.gone());
      child.tell("take");
      child.says("took");
      ErrnoException refused = assertThrows(ErrnoException.class, () -> attached.share(1));
      assertEquals(Errno.EMFILE, refused.errno(), refused::getMessage);
      child.tell("give");
      child.says("gave");
      assertEquals(1, attached.share(1).id());
    }
  }

  /** More connections than the server has descriptors, and none of them says anything. */
  @Test
  void floodOfSilentConnectionsLeavesTheAttachedAlone() throws Exception {
    List<RawSocket> flood = new ArrayList<>();
    try (Child child = start();
        PeerRing attached = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      long before = descriptors(child);
      child.tell("take");
      child.says("took");
      child.tell("leave 12");
      child.says("left");
      for (int i = 0; i < 300; i++) {
        flood.add(RawSocket.connect(path));
      }
      assertThrows(ErrnoException.class, () -> attached.share(1));
      assertFalse(attached.gone());
      child.tell("give");
      child.says("gave");
      PeerRing.attach(path, PeerOptions.DEFAULT).close();
      assertEquals(0, attached.share(1).id());
      flood.forEach(RawSocket::close);
      flood.clear();
      Proc.await(
          () -> "descriptors remain: " + descriptors(child), () -> descriptors(child) <= before);
    } finally {
      flood.forEach(RawSocket::close);
    }
  }

  private static long descriptors(Child child) {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + child.pid() + "/fd"))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets or shows a process's limit of descriptors; answers whether that worked. */
  private static boolean limit(long pid, String limit) throws InterruptedException {
    try {
      Process prlimit =
          new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--nofile" + limit)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return prlimit.waitFor(20, TimeUnit.SECONDS) && prlimit.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
