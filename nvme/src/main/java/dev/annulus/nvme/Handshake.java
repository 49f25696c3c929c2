// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Enabling, disabling and shutting down a controller through its registers. Each wait is bounded.
 *
 * <p>Source: NVM Express Base Specification 2.0, sections 3.5 (initialization) and 3.6 (shutdown).
 */
final class Handshake {
  /** Linux waits so long for a shutdown where the controller does not say how long it takes. */
  private static final long LEAST_SHUTDOWN_MILLIS = 5_000;

  private static final long MOST_SHUTDOWN_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Transport transport;
  private final long cap;

  /** Reads what the controller can do, and refuses what this driver cannot work with. */
  Handshake(Transport transport) throws NvmeException {
    this.transport = transport;
    cap = transport.readLong(Registers.CAP);
    if (cap == -1L) {
      throw gone("reading CAP");
    }
    if ((Registers.commandSets(cap) & (Registers.CSS_NVM | Registers.CSS_IOCS)) == 0) {
      throw new NvmeException(
          "the controller is an administrative one, without I/O commands (CAP.CSS %xh): use another"
              .formatted(Registers.commandSets(cap)));
    }
  }

  long cap() {
    return cap;
  }

  /** log2 of the memory page in use: the smallest that the controller has. */
  int pageShift() {
    return 12 + Registers.minPage(cap);
  }

  /** Stops the controller, whatever it is doing; afterwards it reaches no memory. */
  void disable() throws NvmeException {
    int cc = transport.readInt(Registers.CC);
    if ((cc & Registers.CC_EN) != 0) {
      transport.writeInt(Registers.CC, cc & ~(Registers.CC_EN | Registers.CC_SHN_MASK));
    }
    await("disabling the controller", Registers.CSTS_RDY, 0, readyMillis(), false);
  }

  /** Gives the controller its admin queues and starts it. */
  void enable(CommandQueue admin) throws NvmeException {
    int entries = admin.entries();
    transport.writeInt(Registers.AQA, Registers.adminQueues(entries, entries));
    transport.writeLong(Registers.ASQ, admin.sqIova());
    transport.writeLong(Registers.ACQ, admin.cqIova());
    int css = (Registers.commandSets(cap) & Registers.CSS_IOCS) != 0 ? Registers.CC_CSS_ALL : 0;
    int cc =
        Registers.CC_IOCQES_16
            | Registers.CC_IOSQES_64
            | Registers.minPage(cap) << 7
            | css << 4
            | Registers.CC_EN;
    transport.writeInt(Registers.CC, cc);
    await("enabling the controller", Registers.CSTS_RDY, Registers.CSTS_RDY, readyMillis(), true);
  }

  /** An orderly shutdown: what was written is durable when it returns. */
  void shutdown(long micros) throws NvmeException {
    int cc = transport.readInt(Registers.CC) & ~Registers.CC_SHN_MASK;
    transport.writeInt(Registers.CC, cc | Registers.CC_SHN_NORMAL);
    long told = TimeUnit.MICROSECONDS.toMillis(micros);
    await(
        "shutting down the controller",
        Registers.CSTS_SHST_MASK,
        Registers.CSTS_SHST_COMPLETE,
        Math.clamp(told, LEAST_SHUTDOWN_MILLIS, MOST_SHUTDOWN_MILLIS),
        true);
  }

  /** What CSTS says of a controller that does not answer. */
  String state() throws NvmeException {
    int status = transport.readInt(Registers.CSTS);
    if (status == Registers.ALL_ONES) {
      return "its registers read as all ones: it was removed or has lost power";
    }
    return (status & Registers.CSTS_CFS) != 0
        ? "it reports a fatal error (CSTS.CFS): it needs a reset"
        : "CSTS is %xh".formatted(status);
  }

  /** CAP.TO, in units of 500 ms; one unit where it is 0. */
  private long readyMillis() {
    return 500L * Math.max(1, Registers.timeoutUnits(cap));
  }

  private void await(String what, int mask, int wanted, long millis, boolean fatalEnds)
      throws NvmeException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long pause = 1_000;
    while (true) {
      int status = transport.readInt(Registers.CSTS);
      if (status == Registers.ALL_ONES) {
        throw gone(what);
      }
      if (fatalEnds && (status & Registers.CSTS_CFS) != 0) {
        throw new NvmeException(
            what
                + ": the controller reports a fatal error (CSTS.CFS): reset it; if it stays, it is"
                + " broken");
      }
      if ((status & mask) == wanted) {
        return;
      }
      if (System.nanoTime() - end > 0) {
        throw new NvmeException(
            "%s: no answer in %,d ms (CSTS %xh): it hangs; reset the device and start it again"
                .formatted(what, millis, status));
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
    }
  }

  private static NvmeException gone(String what) {
    return new NvmeException(
        what
            + ": the controller's registers read as all ones: it was removed, has lost power, or"
            + " its memory decoding is off");
  }
}
