// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Children;
import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.peer.PeerOptions;
import dev.annulus.ring.Opcode;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.Read;
import dev.annulus.uring.op.Waitid;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host sleeps in one call over the rings of its clients, the read of a file that has nothing yet,
 * and the end of a child process: each of them wakes it, and it sleeps again.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class OneSleepTest {
  private static final long EVENT_TAG = 1;
  private static final long CHILD_TAG = 2;

  @TempDir Path temporary;

  /** Reads of an eventfd, and waits for a child: both of the reactor's own ring. */
  private static final class Things implements Scheme, SchemeFactory {
    final int event = Events.eventfd(false);
    final int child = Children.spawn("sleep", "600");
    final ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
    private final Arena arena = Arena.ofShared();
    final MemorySegment info = arena.allocate(Children.SIGINFO_SIZE, 8);
    private final MemorySegment count = arena.allocate(8, 8);
    private Services services;

    @Override
    public String name() {
      return "things";
    }

    @Override
    public Scheme create(Services offered) {
      services = offered;
      return this;
    }

    @Override
    public long open(Request request, MemorySegment path) {
      return 0;
    }

    @Override
    public long perform(Request request) {
      if (request.opcode() == Opcode.CLOSE) {
        return 0;
      }
      long at = services.claim();
      MemorySegment entries = services.ring().entries();
      if (request.length() == 8) {
        Read.prep(entries, at, event, count.address(), 8, -1, 0, request.token());
      } else {
        int ended = Children.WEXITED;
        Waitid.prep(entries, at, Children.P_PID, child, ended, info.address(), request.token());
      }
      return PENDING;
    }

    @Override
    public void cancel(long token) {
      AsyncCancel.prep(
          services.ring().entries(), services.claim(), token, -1, 0, 0, Services.IGNORED);
    }

    @Override
    public void release(long resource) {}

    @Override
    public void close() {}

    /** The child too: it has our standard streams, which whoever runs the tests waits for. */
    void free() {
      handle.destroyForcibly();
      Files.close(event);
      arena.close();
    }
  }

  private static long number(Host host, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\": (\\d+)").matcher(host.counters());
    assertTrue(matcher.find(), host::counters);
    return Long.parseLong(matcher.group(1));
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, what);
      Thread.onSpinWait();
    }
  }

  /** Waits until the reactor sleeps, and has slept more often than before. */
  private static long asleep(Host host, long before) {
    await("the host does not sleep", () -> number(host, "sleeps") > before);
    return number(host, "sleeps");
  }

  private static Map<Long, Integer> reap(Client client) throws Exception {
    Map<Long, Integer> results = new HashMap<>();
    client.await(1, 0);
    client.reap((tag, result, flags) -> results.put(tag, result), 8);
    return results;
  }

  @ParameterizedTest
  @EnumSource(value = RingOptions.Policy.class, names = "PREFER", mode = EnumSource.Mode.EXCLUDE)
  void eachKindWakesTheSleeper(RingOptions.Policy policy) throws Exception {
    Things things = new Things();
    Path socket = temporary.resolve("s");
    HostOptions options = HostOptions.at(socket).withRing(RingOptions.DEFAULT.withPolicy(policy));
    try (Host host = Host.start(options, List.of(things));
        Client waits = Client.connect(socket, PeerOptions.DEFAULT);
        Client calls = Client.connect(socket, PeerOptions.DEFAULT)) {
      int handle = waits.open("things:", Client.O_RDONLY, 0);
      long buffer = waits.pool().lease(4096, 4096);
      waits.read(handle, buffer, 0, 8, 0, EVENT_TAG); // by their length they differ
      waits.read(handle, buffer, 0, 1, 0, CHILD_TAG);
      waits.submit();
      await("both clients are not armed", () -> number(host, "by_ring") >= 2);
      long sleeps = asleep(host, 0);
      for (int i = 0; i < 3; i++) {
        calls.nop(100 + i);
        calls.submit();
        assertEquals(Map.of(100L + i, 0), reap(calls), "a client's ring");
        sleeps = asleep(host, sleeps);
      }
      Events.signal(things.event);
      assertEquals(Map.of(EVENT_TAG, 8), reap(waits), "a file");
      sleeps = asleep(host, sleeps);
      assertTrue(things.handle.destroyForcibly());
      assertEquals(Map.of(CHILD_TAG, 0), reap(waits), "a child");
      assertEquals(things.child, things.info.get(JAVA_INT, Children.SI_PID));
      asleep(host, sleeps);
    } finally {
      things.free();
    }
  }
}
