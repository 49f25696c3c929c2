// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.op.MsgRing;
import dev.annulus.uring.op.Nop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a recording has of a ring; and that it has nothing where it does not ask. */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class RingEventsTest {
  private static final int NOPS = 5;

  @TempDir Path temporary;

  @AfterEach
  void show() {
    Older.hide(Older.NONE);
  }

  private interface Work {
    void run() throws ErrnoException;
  }

  private List<RecordedEvent> record(Set<String> events, Work work) throws IOException {
    Path file = temporary.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      events.forEach(recording::enable);
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("annulus."))
        .toList();
  }

  private static List<RecordedEvent> named(List<RecordedEvent> all, String name) {
    return all.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  private static void nops(RingOptions.Policy policy) throws ErrnoException {
    try (Ring ring = Rings.open(RingOptions.DEFAULT.withPolicy(policy))) {
      for (int i = 0; i < NOPS; i++) {
        Nop.prep(ring.entries(), ring.claim(), i);
      }
      ring.submit();
      ring.await(NOPS, 0);
      ring.reap((tag, result, flags) -> {}, NOPS);
      ring.await(1, 1_000_000); // nothing comes
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingOptions.Policy.class,
      names = {"REQUIRE", "NEVER"})
  void batchesAndWaits(RingOptions.Policy policy) throws IOException {
    List<RecordedEvent> all =
        record(Set.of("annulus.Submit", "annulus.Completions", "annulus.Wait"), () -> nops(policy));
    assertTrue(
        named(all, "annulus.Submit").stream().anyMatch(event -> event.getInt("entries") == NOPS),
        all::toString);
    assertTrue(
        named(all, "annulus.Completions").stream().anyMatch(event -> event.getInt("count") == NOPS),
        all::toString);
    RecordedEvent wait = named(all, "annulus.Wait").getLast();
    assertEquals(1, wait.getInt("wanted"));
    assertEquals(0, wait.getInt("ready"));
    assertTrue(wait.getDuration().toNanos() > 500_000, wait::toString);
    assertEquals(Thread.currentThread().getName(), wait.getThread().getJavaName());
  }

  @Test
  void aFallbackHasItsReason() throws IOException {
    Older.hide(new Older(Setup.IORING_FEAT_NODROP, 0, Set.of()));
    List<RecordedEvent> all =
        record(Set.of("annulus.Fallback"), () -> nops(RingOptions.Policy.PREFER));
    assertEquals(1, all.size());
    String reason = all.getFirst().getString("reason");
    assertTrue(reason.contains("IORING_FEAT_NODROP"), reason);
  }

  /** More messages than the ring that they are for has room, and then they are asked for. */
  private static void overflow(long[] backlogs) throws ErrnoException {
    RingOptions options = RingOptions.DEFAULT.withPolicy(RingOptions.Policy.REQUIRE);
    int messages = 100;
    try (KernelRing from = KernelRing.open(options);
        KernelRing to = KernelRing.open(options.withEntries(8, 8))) {
      for (int i = 0; i < messages; i++) {
        MsgRing.prep(from.entries(), from.claim(), to.fd(), i, i, 0);
        from.await(1, 0);
        from.reap((tag, res, flags) -> assertEquals(0, res), 1);
      }
      int came = 0;
      while (came < messages) {
        int taken = to.reap((tag, res, flags) -> {}, messages);
        assertTrue(taken > 0, "some are lost");
        came += taken;
      }
      backlogs[0] = to.info().backlogs();
    }
  }

  @Test
  void overflowsAreToldAndCounted() throws IOException {
    long[] backlogs = new long[1];
    List<RecordedEvent> all = record(Set.of("annulus.Overflow"), () -> overflow(backlogs));
    assertTrue(backlogs[0] > 0, "nothing was held back");
    List<Long> counts = all.stream().map(event -> event.getLong("count")).toList();
    assertEquals(LongStream.rangeClosed(1, backlogs[0]).boxed().toList(), counts);
    assertEquals(
        Thread.currentThread().getName(), all.getFirst().getThread().getJavaName(), "the owner");
  }

  @Test
  void nothingIsToldUnasked() throws IOException {
    List<RecordedEvent> all = record(Set.of(), () -> nops(RingOptions.Policy.REQUIRE));
    assertEquals(List.of(), all);
  }
}
