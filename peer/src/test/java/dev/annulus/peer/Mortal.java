// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ring.SqEntry;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * One side of a session, in a process that is killed at any time: what victim.c is in C. Numbered
 * operations without end, or their answers, in batches of random size, with and without sleep.
 */
final class Mortal {
  private static final int CREDIT = 16;
  private static final int BATCH = 8;

  private final SplittableRandom random;
  private final Witness witness;

  private Mortal(long seed, Witness witness) {
    random = new SplittableRandom(seed);
    this.witness = witness;
  }

  /** {@code PATH ROLE SEED WITNESS}. */
  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[0]);
    Witness witness = new Witness(Path.of(arguments[3]));
    Mortal mortal = new Mortal(Long.parseLong(arguments[2]), witness);
    if (arguments[1].equals("client")) {
      mortal.client(path);
    } else {
      PeerServer.listen(path, ServerOptions.DEFAULT, mortal.new Sessions());
      System.out.println("listening");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private void rest() {
    int kind = random.nextInt(32);
    if (kind == 0) {
      LockSupport.parkNanos(random.nextInt(300_000));
    } else if (kind < 4) {
      for (int i = random.nextInt(400); i > 0; i--) {
        Thread.onSpinWait();
      }
    }
  }

  private void client(Path path) throws Exception {
    PeerOptions options = PeerOptions.DEFAULT.withCredit(CREDIT).withWaiting(WaitStrategy.PARK);
    PeerRing ring = PeerRing.attach(path, options);
    if (random.nextBoolean()) {
      ring.share(1 + random.nextInt(20_000));
    }
    Survivor.Reaped reaped = new Survivor.Reaped();
    int submitted = 0;
    while (true) {
      int most = Math.min(1 + random.nextInt(BATCH), ring.credit() - (submitted - reaped.count()));
      for (int i = 0; i < most; i++, submitted++) {
        long at = ring.sq().claim();
        long off = Crasher.result(submitted);
        long check = Crasher.check(submitted);
        SqEntry.fill(ring.sq().slots(), at, Echo.TELL, -1, off, check, 0, submitted);
      }
      witness.next(submitted);
      ring.submit();
      witness.published(submitted);
      rest();
      ring.await(1 + random.nextInt(submitted - reaped.count()), 0);
      ring.reap(reaped, 1 + random.nextInt(BATCH));
    }
  }

  private void serve(PeerSession session) throws Exception {
    int completed = 0;
    while (true) {
      session.await(1, 0, WaitStrategy.PARK);
      int taken = Math.min(session.sq().available(), 1 + random.nextInt(BATCH));
      for (int i = 0; i < taken; i++, completed++) {
        long at = session.sq().next();
        session.post(SqEntry.userData(session.sq().slots(), at), Crasher.result(completed));
      }
      session.sq().release();
      rest();
      witness.next(completed);
      session.complete();
      witness.published(completed);
    }
  }

  private final class Sessions implements PeerServer.Handler {
    @Override
    public void attached(PeerSession session) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              serve(session);
            } catch (Exception e) {
              e.printStackTrace();
            }
          });
    }

    @Override
    public void gone(PeerSession session) {
      System.err.println("a client went before its server was killed");
    }
  }
}
