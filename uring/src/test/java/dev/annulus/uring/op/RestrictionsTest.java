// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.RegisterOp;
import dev.annulus.uring.Registrations;
import dev.annulus.uring.Restrictions;
import dev.annulus.uring.RingOptions;
import dev.annulus.uring.SetupFlag;
import org.junit.jupiter.api.Test;

/** A ring that begins disabled, and is then enabled for a list of things. */
class RestrictionsTest extends OperationTest {
  private static final int FIXED = SqEntry.IOSQE_FIXED_FILE;

  @Override
  RingOptions options() {
    return KERNEL.with(SetupFlag.R_DISABLED);
  }

  private Registrations registrations() {
    return kernel().registrations();
  }

  @Test
  void nothingIsTakenBeforeItIsEnabled() throws ErrnoException {
    queue(new Nop(), 0, 1);
    ErrnoException disabled = assertThrows(ErrnoException.class, () -> ring.submit());
    assertEquals(Errno.EBADFD, disabled.errno());
    assertTrue(disabled.getMessage().contains("enable"), disabled.getMessage());
    registrations().enable();
    assertEquals(0, completion(1), "what was claimed before goes now");
    ErrnoException twice = assertThrows(ErrnoException.class, () -> registrations().enable());
    assertEquals(Errno.EBADFD, twice.errno());
    ErrnoException late =
        assertThrows(ErrnoException.class, () -> registrations().restrict(new Restrictions()));
    assertEquals(Errno.EBADFD, late.errno());
  }

  @Test
  void onlyWhatIsAllowedHappens() throws ErrnoException {
    int file = file("f");
    registrations().files().table(2);
    registrations().files().put(0, file);
    registrations()
        .restrict(
            new Restrictions()
                .allow(Opcode.WRITE, Opcode.FSYNC)
                .allow(RegisterOp.REGISTER_FILES_UPDATE)
                .allowFlags(SqEntry.IOSQE_ASYNC)
                .requireFlags(FIXED));
    assertEquals(
        Errno.EBUSY,
        assertThrows(ErrnoException.class, () -> registrations().restrict(new Restrictions()))
            .errno());
    registrations().enable();
    assertEquals(1, run(new Write(0, text("x"), 0, 0).withFlags(FIXED)));
    assertEquals(0, run(new Fsync(0, 0, 0, 0).withFlags(FIXED | SqEntry.IOSQE_ASYNC)));
    fails(Errno.EACCES, new Write(file, text("x"), 0, 0));
    fails(Errno.EACCES, new Nop().withFlags(FIXED));
    fails(Errno.EACCES, new Write(0, text("x"), 0, 0).withFlags(FIXED | SqEntry.IOSQE_IO_LINK));
    registrations().files().put(1, file);
    assertEquals(0, run(new Fsync(1, 0, 0, 0).withFlags(FIXED)));
    ErrnoException refused =
        assertThrows(ErrnoException.class, () -> registrations().files().table(4));
    assertEquals(Errno.EACCES, refused.errno());
    assertTrue(refused.getMessage().contains("UNREGISTER_FILES"), refused.getMessage());
  }

  /** Closing cancels by a call: entries of that kind are refused. */
  @Test
  void aRestrictedRingIsClosedWithOperationsInFlight() throws ErrnoException {
    int[] pipe = pipeOfAnother();
    registrations().restrict(new Restrictions().allow(Opcode.READ, Opcode.POLL_ADD));
    registrations().enable();
    for (int i = 0; i < 4; i++) {
      queue(new Read(pipe[0], arena.allocate(8), -1, 0), 0, i);
      queue(new PollAdd(pipe[0], 1, 0), 0, i);
    }
    ring.submit();
    ring.close();
    assertEquals(0, ring.inFlight());
  }

  private int[] pipeOfAnother() throws ErrnoException {
    try (dev.annulus.uring.KernelRing other = dev.annulus.uring.KernelRing.open(KERNEL)) {
      var both = arena.allocate(8, 4);
      new Pipe(both, 0, 0).prepare(other.entries(), other.claim(), 1);
      other.await(1, 0);
      other.reap((tag, res, flags) -> assertEquals(0, res), 1);
      return new int[] {
        own(both.get(java.lang.foreign.ValueLayout.JAVA_INT, 0)),
        own(both.get(java.lang.foreign.ValueLayout.JAVA_INT, 4))
      };
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Restrictions().allow(256));
    assertThrows(IllegalArgumentException.class, () -> new Restrictions().allowFlags(-1));
    ErrnoException unknown =
        assertThrows(
            ErrnoException.class, () -> registrations().restrict(new Restrictions().allow(200)));
    assertEquals(Errno.EINVAL, unknown.errno());
  }
}
