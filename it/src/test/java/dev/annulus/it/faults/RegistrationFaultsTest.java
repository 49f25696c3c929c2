// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.faults;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Events;
import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.BufferRing;
import dev.annulus.uring.KernelRing;
import dev.annulus.uring.RegisterOp;
import dev.annulus.uring.Registrations;
import dev.annulus.uring.Restrictions;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.SetupFlag;
import dev.annulus.uring.SilentChain;
import dev.annulus.uring.op.Fsync;
import dev.annulus.uring.op.Nop;
import dev.annulus.uring.op.PollAdd;
import dev.annulus.uring.op.Read;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restricted ring with all kinds of registrations, while each system call fails in turn. */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class RegistrationFaultsTest {
  private static final int SIZE = 4096;
  private static final int GROUP = 1;
  private static final RingOptions DISABLED =
      RingOptions.DEFAULT.withEntries(8, 16).with(SetupFlag.R_DISABLED);

  @TempDir static Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOMEM, Errno.EINTR, Errno.EBUSY})
  void leaveNothingBehind(int errno) throws Exception {
    Path path = java.nio.file.Files.write(temporary.resolve("file"), new byte[SIZE]);
    int file = Files.open(path.toString(), Files.O_RDONLY, 0);
    int event = Events.eventfd(true);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(2 * SIZE, SIZE);
      Map<String, String> failed = EveryCall.fails(errno, () -> work(file, event, memory));
      assertTrue(failed.containsKey("io_uring_register"), failed::toString);
      assertTrue(failed.containsKey("mmap"), failed::toString);
    } finally {
      Files.close(event);
      Files.close(file);
    }
  }

  private static void work(int file, int event, MemorySegment memory) throws ErrnoException {
    try (KernelRing ring = KernelRing.open(DISABLED)) {
      Registrations registrations = ring.registrations();
      registrations.files().table(4);
      registrations.files().put(1, file);
      registrations.buffers().sparse(2);
      registrations.buffers().put(1, memory.asSlice(0, SIZE));
      registrations.busyPoll(20, false);
      registrations.dropPersonality(registrations.personality());
      registrations.waits();
      registrations.restrict(allowed());
      try (BufferRing group = BufferRing.register(ring, GROUP, memory.asSlice(SIZE), SIZE, false)) {
        registrations.enable();
        group.give(0);
        group.publish();
        use(ring, event);
      }
    }
  }

  private static Restrictions allowed() {
    return new Restrictions()
        .allow(Opcode.NOP, Opcode.READ, Opcode.POLL_ADD, Opcode.FSYNC)
        .allow(RegisterOp.UNREGISTER_PBUF_RING, RegisterOp.REGISTER_RESIZE_RINGS)
        .allowFlags(
            SqEntry.IOSQE_FIXED_FILE
                | SqEntry.IOSQE_BUFFER_SELECT
                | SqEntry.IOSQE_IO_LINK
                | SqEntry.IOSQE_CQE_SKIP_SUCCESS);
  }

  /** What is polled for stays in flight: closing has to cancel it. */
  private static void use(KernelRing ring, int event) throws ErrnoException {
    new PollAdd(event, Events.EPOLLIN, 0).prepare(ring.entries(), ring.claim(), 1);
    new Read(1, MemorySegment.NULL, 0, 0)
        .withBuffers(GROUP)
        .withFlags(SqEntry.IOSQE_FIXED_FILE)
        .prepare(ring.entries(), ring.claim(), 2);
    assertTrue(
        SilentChain.queue(
            ring, 10, new Fsync(1, 0, 0, 0).withFlags(SqEntry.IOSQE_FIXED_FILE), new Nop()));
    ring.submit();
    while (ring.pending() > 0) {
      ring.submit();
    }
    ring.resize(16, 32);
    assertEquals(32, ring.capacity());
    int[] done = new int[1];
    long deadline = System.nanoTime() + SECONDS.toNanos(10);
    while (done[0] < 2 && System.nanoTime() - deadline < 0) {
      ring.await(1, 1_000_000, 2_000_000);
      ring.reap((tag, result, flags) -> done[0]++, 16);
    }
    assertEquals(2, done[0]);
    assertEquals(1, ring.inFlight());
  }
}
