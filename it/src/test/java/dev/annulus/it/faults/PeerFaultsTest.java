// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.Errno;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.FileScheme;
import dev.annulus.scheme.Host;
import dev.annulus.scheme.HostOptions;
import dev.annulus.uring.RingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host starts, a client attaches, shares memory, reads a file and detaches, the host ends: while
 * each system call of either fails in turn.
 */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class PeerFaultsTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOMEM, Errno.EMFILE, Errno.EPERM, Errno.EINTR})
  void withTheKernelsRing(int errno) throws Exception {
    Map<String, String> failed = everyCall(errno, RingOptions.Policy.REQUIRE);
    for (String call : List.of("io_uring_setup", "memfd_create", "sendmsg", "recvmsg", "bind")) {
      assertTrue(failed.containsKey(call), failed::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOMEM, Errno.EMFILE, Errno.EPERM, Errno.EINTR})
  void withTheStandIn(int errno) throws Exception {
    Map<String, String> failed = everyCall(errno, RingOptions.Policy.NEVER);
    for (String call : List.of("pread", "openat2", "memfd_create", "sendmsg", "recvmsg", "bind")) {
      assertTrue(failed.containsKey(call), failed::toString);
    }
  }

  private Map<String, String> everyCall(int errno, RingOptions.Policy policy) throws Exception {
    Files.writeString(temporary.resolve("file"), "content");
    HostOptions options =
        HostOptions.at(temporary.resolve("socket"))
            .withRing(RingOptions.DEFAULT.withPolicy(policy).withEntries(16, 64));
    return EveryCall.fails(errno, () -> workAndLook(options));
  }

  private void workAndLook(HostOptions options) throws IOException {
    try {
      work(options);
    } finally {
      assertFalse(Files.exists(options.socket()), "the socket is left");
    }
  }

  private void work(HostOptions options) throws IOException {
    try (Host host = Host.start(options, List.of(FileScheme.below(temporary, false)));
        Client client = Client.connect(options.socket(), PeerOptions.DEFAULT)) {
      long buffer = client.pool().lease(4096, 4096);
      int file = client.open("file:/file", Client.O_RDONLY, 0);
      assertTrue(client.read(file, buffer, 0, 4096, 0, 1));
      client.submit();
      client.awaitUninterruptibly(1);
      client.reap(
          (tag, result, flags) -> assertTrue(result == 7 || result < 0, "result " + result), 8);
      assertEquals(0, client.inFlight());
      assertTrue(host.counters().startsWith("{"));
      client.close(file);
    }
  }
}
