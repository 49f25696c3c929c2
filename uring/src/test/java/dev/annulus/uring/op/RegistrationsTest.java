// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ffi.Events;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.uring.FdInfo;
import dev.annulus.uring.KernelRing;
import dev.annulus.uring.RegisterOp;
import dev.annulus.uring.Registrations;
import dev.annulus.uring.SetupFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credentials, busy polling, least waits, registered waits and ring descriptors. */
class RegistrationsTest extends OperationTest {
  private int event;

  @BeforeEach
  void openEvent() {
    event = own(Events.eventfd(true));
  }

  private Registrations registrations() {
    return kernel().registrations();
  }

  @Test
  void credentialsAreRegisteredAndNamed() throws ErrnoException {
    fails(Errno.EINVAL, new Fsync(file("f"), 0, 0, 0).withPersonality(1));
    int number = registrations().personality();
    assertEquals(number + 1, registrations().personality());
    assertEquals(0, run(new Fsync(file("f"), 0, 0, 0).withPersonality(number)));
    registrations().dropPersonality(number);
    fails(Errno.EINVAL, new Fsync(file("f"), 0, 0, 0).withPersonality(number));
    assertEquals(0, run(new Fsync(file("f"), 0, 0, 0).withPersonality(number + 1)));
    ErrnoException none =
        assertThrows(ErrnoException.class, () -> registrations().dropPersonality(number));
    assertEquals(Errno.EINVAL, none.errno());
    assertThrows(IllegalArgumentException.class, () -> registrations().dropPersonality(0));
    assertThrows(
        IllegalArgumentException.class, () -> new Fsync(0, 0, 0, 0).withPersonality(1 << 16));
  }

  @Test
  void busyPollIsSetAndEnds() throws ErrnoException {
    assertEquals(0, registrations().busyPoll(50, true));
    assertTrue(FdInfo.get(kernel(), "NAPI").startsWith("enabled"), FdInfo.text(kernel()));
    assertEquals("50000", FdInfo.get(kernel(), "napi_busy_poll_dt"));
    assertEquals("true", FdInfo.get(kernel(), "napi_prefer_busy_poll"));
    int[] both = connection();
    start(new Recv(both[0], arena.allocate(8), 0, 0), 0, 1);
    assertEquals(2, run(2, new Send(both[1], text("hi"), 0, 0)));
    assertEquals(50, registrations().busyPoll(20, false));
    assertEquals(20, registrations().busyPoll(0, false));
    assertEquals("disabled", FdInfo.get(kernel(), "NAPI"));
    assertThrows(IllegalArgumentException.class, () -> registrations().busyPoll(-1, false));
    try (KernelRing polls = KernelRing.open(KERNEL.with(SetupFlag.IOPOLL))) {
      ErrnoException refused =
          assertThrows(ErrnoException.class, () -> polls.registrations().busyPoll(50, false));
      assertEquals(Errno.EINVAL, refused.errno());
      assertTrue(refused.getMessage().contains("6.9"), refused.getMessage());
    }
  }

  /** Sends while a receive is in flight; answers the receive's result. */
  private int run(int expected, Send send) throws ErrnoException {
    start(send, 0, 2);
    assertEquals(expected, completions(2).get(2L));
    return expected;
  }

  /** With 8 wanted and 1 there: not at once, and not after the longest wait. */
  @Test
  void afterTheLeastTimeOneCompletionIsEnough() throws ErrnoException {
    long least = 50_000_000L;
    long most = 30_000_000_000L;
    queue(new Nop(), 0, 1);
    long begin = System.nanoTime();
    assertEquals(1, kernel().await(8, least, most));
    long took = System.nanoTime() - begin;
    assertTrue(took >= least && took < most, "one was there before: " + took);
    assertEquals(1, kernel().await(1, least, most));
    completion(1);
    comesLater(20_000_000L, least, most, least);
    comesLater(2 * least, least, most, 0); // a thread may park for less than it asked for
    begin = System.nanoTime();
    assertEquals(0, kernel().await(8, 1000, 5_000_000L));
    assertTrue(System.nanoTime() - begin >= 5_000_000L, "nothing came");
    assertThrows(IllegalArgumentException.class, () -> kernel().await(1, 5, 5));
    assertThrows(IllegalArgumentException.class, () -> kernel().await(1, -1, 5));
  }

  /** What completes after a time that another thread lets pass; a TIMEOUT would end any wait. */
  private void comesLater(long after, long least, long most, long expected) throws ErrnoException {
    start(new PollAdd(event, Events.EPOLLIN, 0), 0, 3);
    long begin = System.nanoTime();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              LockSupport.parkNanos(after);
              Events.signal(event);
            });
    assertEquals(1, kernel().await(8, least, most));
    long took = System.nanoTime() - begin;
    assertTrue(took >= expected && took < most, "took " + took + " of " + expected);
    assertEquals(Events.EPOLLIN, completion(3));
    Events.drain(event);
    assertDoesNotThrow(() -> other.join());
  }

  @Test
  void registeredWaitsKeepTime() throws ErrnoException {
    assertEquals(
        Errno.EINVAL,
        assertThrows(ErrnoException.class, () -> registrations().waits()).errno(),
        "too late");
    ring.close();
    ring = KernelRing.open(KERNEL.with(SetupFlag.R_DISABLED));
    registrations().waits();
    registrations().enable();
    long begin = System.nanoTime();
    assertEquals(0, ring.await(1, 20_000_000L));
    assertTrue(System.nanoTime() - begin >= 20_000_000L);
    comesLater(1_000_000L, 30_000_000L, 30_000_000_000L, 30_000_000L);
    queue(new Nop(), 0, 1);
    assertEquals(1, ring.await(1, 30_000_000_000L));
    completion(1);
  }

  /** A thread has 16 places for rings: those after them work by their descriptors. */
  @Test
  void moreRingsThanAThreadHasPlacesFor() throws ErrnoException {
    for (int round = 0; round < 3; round++) {
      List<KernelRing> rings = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        rings.add(KernelRing.open(KERNEL));
      }
      for (KernelRing each : rings) {
        Nop.prep(each.entries(), each.claim(), 1);
        assertEquals(1, each.await(1, 0));
        each.close();
      }
    }
  }

  @Test
  void numbersAreThoseOfTheHeader() throws IOException {
    Path header = Path.of("/usr/include/linux/io_uring.h");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(header), "no header is installed");
    Matcher line =
        Pattern.compile("\\sIORING_((?:UN)?REGISTER_\\w+)\\s*= (\\d+),")
            .matcher(Files.readString(header));
    int count = 0;
    while (line.find()) {
      RegisterOp op = RegisterOp.valueOf(line.group(1));
      assertEquals(Integer.parseInt(line.group(2)), op.ordinal(), line.group());
      count++;
    }
    assertTrue(count > 20, "found " + count);
    assertNotEquals(0, RegisterOp.REGISTER_NAPI.since().length());
  }
}
