// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerQueues;
import dev.annulus.peer.QueueOptions;
import dev.annulus.peer.ServerOptions.Caller;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Queues found by name: two clients of a host with two reactors. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class ShmTest {
  private static final QueueOptions OPTIONS = QueueOptions.of(8, 32, 4, 128, 7);
  private static final int CREATE = Client.O_CREAT | Client.O_EXCL | Client.O_RDWR;
  private static final String SIZE = "?size=8192,8192";

  @TempDir Path temporary;
  private Path socket;
  private Host host;
  private Client one;
  private Client two;

  @BeforeEach
  void start() throws IOException {
    socket = temporary.resolve("host.sock");
    HostOptions options = HostOptions.at(socket).withReactors(2);
    host = Host.start(options, List.of(NullScheme.factory(), ShmScheme.factory(3, 64 << 10)));
    one = Client.connect(socket, PeerOptions.DEFAULT);
    two = Client.connect(socket, PeerOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    host.close();
  }

  private record Pair(PeerQueues first, PeerQueues second) {}

  private Pair connect(String name) throws Exception {
    try (Shm created = Shm.create(one, name, OPTIONS, 0600);
        Shm opened = Shm.open(two, name)) {
      FutureTask<PeerQueues> second =
          new FutureTask<>(() -> PeerQueues.open(opened.end(), OPTIONS.exchanged()));
      Thread.ofPlatform().start(second);
      return new Pair(PeerQueues.open(created.end(), OPTIONS), second.get());
    }
  }

  private static void send(PeerQueues from, PeerQueues to, long number) throws Exception {
    from.out().slots().set(JAVA_LONG, from.out().claim(), number);
    from.publish();
    assertEquals(1, to.await(1, 0));
    assertEquals(number, to.in().slots().get(JAVA_LONG, to.in().next()));
    to.in().release();
  }

  private static void fails(int errno, Executable call) {
    assertEquals(Errno.name(errno), Errno.name(assertThrows(ErrnoException.class, call).errno()));
  }

  @Test
  void twoClientsMeetAndNeedTheHostNoMore() throws Exception {
    Pair pair = connect("jobs");
    try (PeerQueues first = pair.first;
        PeerQueues second = pair.second) {
      send(first, second, 1);
      stop();
      send(first, second, 2);
      send(second, first, 3);
    }
  }

  /** So a server of many creates its name anew for each. */
  @Test
  void aNameIsFreeAgainOnceItWasOpened() throws Exception {
    for (int i = 0; i < 5; i++) {
      Pair pair = connect("again");
      send(pair.first, pair.second, i);
      pair.first.close();
      pair.second.close();
    }
  }

  @Test
  void namesAreThereOnce() throws Exception {
    fails(Errno.ENOENT, () -> Shm.open(two, "name"));
    Shm created = Shm.create(one, "name", OPTIONS, 0600);
    fails(Errno.EEXIST, () -> Shm.create(two, "name", OPTIONS, 0600));
    int handle = two.open("shm:name" + SIZE, Client.O_CREAT | Client.O_RDWR, 0600);
    fails(Errno.ENOENT, () -> Shm.open(two, "name"));
    two.close(handle);
    created.close();
    Shm.create(two, "name", OPTIONS, 0600).close();
    fails(Errno.ENOENT, () -> Shm.open(one, "name"));
  }

  @Test
  void aNameGoesWithItsCreatorsSession() throws Exception {
    Shm.create(one, "name", OPTIONS, 0600);
    one.close();
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    Shm again = null;
    while (again == null) {
      assertTrue(System.nanoTime() - deadline < 0, "the name is still there");
      try {
        again = Shm.create(two, "name", OPTIONS, 0600);
      } catch (ErrnoException e) {
        assertEquals(Errno.EEXIST, e.errno());
      }
    }
    again.close();
  }

  @Test
  void quotas() throws Exception {
    fails(Errno.EDQUOT, () -> one.open("shm:a?size=61440,8192", CREATE, 0600));
    int a = one.open("shm:a" + SIZE, CREATE, 0600);
    one.open("shm:b" + SIZE, CREATE, 0600);
    one.open("shm:c" + SIZE, CREATE, 0600);
    fails(Errno.EDQUOT, () -> one.open("shm:d" + SIZE, CREATE, 0600));
    Shm.create(two, "d", OPTIONS, 0600).close();
    one.close(a);
    assertEquals(16384, one.size(one.open("shm:d" + SIZE, CREATE, 0600)));
  }

  @Test
  void whatIsNoNameOrNotAllowed() throws Exception {
    int self = (int) Files.getAttribute(temporary, "unix:uid");
    fails(Errno.EINVAL, () -> one.open("shm:" + SIZE, CREATE, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:a/../b" + SIZE, CREATE, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:a?size=8192", CREATE, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:a", CREATE, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:a?size=4096,8192", CREATE, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:a?size=8193,8192", CREATE, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:a" + SIZE, CREATE | Client.O_TRUNC, 0600));
    fails(Errno.EINVAL, () -> one.open("shm:4294967295/a" + SIZE, CREATE, 0600));
    fails(Errno.ENAMETOOLONG, () -> one.open("shm:" + "a".repeat(200), CREATE, 0600));
    fails(Errno.EACCES, () -> one.open("shm:a" + SIZE, Client.O_CREAT, 0600));
    fails(Errno.EACCES, () -> one.open("shm:" + (self + 1) + "/a" + SIZE, CREATE, 0600));
    fails(Errno.ENOENT, () -> Shm.open(one, (self + 1) + "/a"));
    Shm created = Shm.create(one, "a", OPTIONS, 0);
    fails(Errno.EACCES, () -> Shm.open(two, "a"));
    created.close();
    Shm.create(one, self + "/a", OPTIONS, 0600);
    Shm.open(two, self + "/a").close();
  }

  @Test
  void whatAHandleCanDo() throws Exception {
    int handle = one.open("shm:a" + SIZE, CREATE, 0600);
    int ticket = (int) one.call(Opcode.OFFER, handle, "offer");
    fails(Errno.EALREADY, () -> one.call(Opcode.OFFER, handle, "offer"));
    fails(Errno.ENOENT, () -> one.ring.take(ticket + 1));
    fails(Errno.ENOENT, () -> two.ring.take(ticket));
    one.ring.take(ticket).close();
    fails(Errno.ENOENT, () -> one.ring.take(ticket));
    fails(Errno.EINVAL, () -> one.call(Opcode.FSYNC, handle, "fsync"));
    int none = one.open("null:", Client.O_RDWR, 0);
    fails(Errno.EINVAL, () -> one.call(Opcode.OFFER, none, "offer"));
    fails(Errno.EBADF, () -> one.call(Opcode.OFFER, 99, "offer"));
  }

  /** The host keeps no descriptor of what was taken, closed, or left when a session ended. */
  @Test
  void theHostKeepsNothing() throws Exception {
    Pair warm = connect("warm");
    warm.first.close();
    warm.second.close();
    long before = descriptors();
    for (int i = 0; i < 20; i++) {
      Pair pair = connect("n" + i);
      pair.first.close();
      pair.second.close();
      Client third = Client.connect(socket, PeerOptions.DEFAULT);
      third.open("shm:left" + i + SIZE, CREATE, 0600);
      int offered = third.open("shm:offered" + i + SIZE, CREATE, 0600);
      third.call(Opcode.OFFER, offered, "offer");
      third.close();
    }
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    while (descriptors() > before && System.nanoTime() - deadline < 0) {
      Thread.sleep(5);
    }
    assertEquals(before, descriptors());
  }

  private static long descriptors() throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.map(ShmTest::target).filter(t -> t.matches("socket.*|.*annulus.*")).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /** What users other than the creator may do, by the creator's word. */
  @Test
  void permissionsAreThoseOfFiles() {
    var creator = new Caller(1, 1000, 100);
    var group = new Caller(2, 1001, 100);
    var other = new Caller(3, 0, 0);
    ShmObject own = new ShmObject(creator, 0600, null);
    assertTrue(own.allows(creator) && !own.allows(group) && !own.allows(other));
    ShmObject shared = new ShmObject(creator, 0660, null);
    assertTrue(shared.allows(group) && !shared.allows(other));
    ShmObject all = new ShmObject(creator, 0606, null);
    assertTrue(all.allows(other) && !all.allows(group));
    assertTrue(!new ShmObject(creator, 0444, null).allows(other));
  }
}
