// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.PeerEnd;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerQueues;
import dev.annulus.peer.QueueOptions;
import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import dev.annulus.scheme.Shm;
import dev.annulus.scheme.ShmScheme;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two clients make queues of their own while each system call, of them or the host, fails once. */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class QueuesFaultsTest {
  private static final QueueOptions OPTIONS = QueueOptions.of(8, 32, 4, 128, 7);

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOMEM, Errno.EMFILE})
  void everyCall(int errno) throws Exception {
    Map<String, String> failed = EveryCall.fails(errno, this::work);
    for (String call : List.of("memfd_create", "mmap", "sendmsg", "recvmsg", "socketpair")) {
      assertTrue(failed.containsKey(call), failed::toString);
    }
  }

  private void work() throws Exception {
    Path socket = temporary.resolve("s");
    try (Host host = Host.start(HostOptions.at(socket), List.of(ShmScheme.factory(3, 64 << 10)));
        Client one = Client.connect(socket, PeerOptions.DEFAULT);
        Client two = Client.connect(socket, PeerOptions.DEFAULT);
        Shm created = Shm.create(one, "name", OPTIONS, 0600);
        Shm opened = Shm.open(two, "name")) {
      meet(created.end(), opened.end());
      assertTrue(host.counters().startsWith("{"));
    }
  }

  /** Where one of them fails the other is told, and does not wait for it. */
  private static void meet(PeerEnd here, PeerEnd there) throws Exception {
    FutureTask<PeerQueues> second =
        new FutureTask<>(() -> PeerQueues.open(there, OPTIONS.exchanged()));
    Thread thread = Thread.ofPlatform().start(second);
    try (PeerQueues first = PeerQueues.open(here, OPTIONS)) {
      try (PeerQueues other = get(second)) {
        first.out().slots().set(JAVA_LONG, first.out().claim(), 42);
        first.publish();
        assertEquals(1, other.await(1, SECONDS.toNanos(10)));
        assertEquals(42, other.in().slots().get(JAVA_LONG, other.in().next()));
      }
    } finally {
      thread.join();
      if (second.state() == FutureTask.State.SUCCESS) {
        second.resultNow().close();
      }
    }
  }

  private static PeerQueues get(FutureTask<PeerQueues> task) throws Exception {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IOException("the other end", e.getCause());
    }
  }
}
